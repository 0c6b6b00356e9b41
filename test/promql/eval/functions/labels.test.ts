// label_replace and label_join: other labels, the same values.
import { describe } from 'vitest';
import { evaluates } from '../../support/evaluates.ts';

const DUPLICATE = 'vector cannot contain metrics with the same labelset';
const TABLE = `
  up{pod="web-1", ns="a"}  1 2
  up{pod="web-2", ns="a"}  1
  up{pod="db", ns="b"}     0
  ready{pod="web-1", ns="a"}  5
  `;

describe('label_replace', () => {
  evaluates(TABLE, [
    {
      expr: 'label_replace(up, "app", "$1", "pod", "(.*)-\\\\d+")',
      gives: ['up{app="web", ns="a", pod="web-1"} 2', 'up{app="web", ns="a", pod="web-2"} 1', 'up{ns="b", pod="db"} 0'],
    },
    { expr: 'label_replace(up{ns="b"}, "app", "x", "pod", "d")', gives: ['up{ns="b", pod="db"} 0'], newest: [0] },
    // The longest name after the dollar is meant, and a group that is none is empty.
    { expr: 'label_replace(up{ns="b"}, "app", "$1x", "pod", "(d)(.)")', gives: ['up{ns="b", pod="db"} 0'] },
    { expr: 'label_replace(up{ns="b"}, "app", "${1}x$3", "pod", "(d)(.)")', gives: ['up{app="dx", ns="b", pod="db"} 0'] },
    { expr: 'label_replace(up{ns="b"}, "app", "$01-$0", "pod", "(d)(.)")', gives: ['up{app="-db", ns="b", pod="db"} 0'] },
    { expr: 'label_replace(up{ns="b"}, "app", "$name/$$", "pod", "(?P<name>d).")', gives: ['up{app="d/$", ns="b", pod="db"} 0'] },
    { expr: 'label_replace(up{ns="b"}, "app", "${1", "pod", "(d).")', gives: ['up{app="${1", ns="b", pod="db"} 0'] },
    // A label that is not there is an empty one, and an empty one is not there.
    { expr: 'label_replace(up{ns="b"}, "app", "none", "nothing", "")', gives: ['up{app="none", ns="b", pod="db"} 0'] },
    { expr: 'label_replace(up{ns="b"}, "ns", "", "pod", ".*")', gives: ['up{pod="db"} 0'] },
    { expr: 'label_replace(up{ns="b"}, "tür auf", "ja", "pod", ".*")', gives: ['up{ns="b", pod="db", tür auf="ja"} 0'] },
    { expr: 'label_replace(up{ns="b"}, "__name__", "is_$1", "__name__", "(.*)")', gives: ['is_up{ns="b", pod="db"} 0'] },
    {
      expr: 'rate(label_replace(up{pod="web-1"}, "app", "x", "", "")[1m:10s])',
      at: 20,
      gives: ['{app="x", ns="a", pod="web-1"} 0.020833333333333332'],
      infos: ['PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "up" (1:1)'],
    },
    { expr: 'label_replace(up, "pod", "same", "ns", "a")', fails: DUPLICATE },
    { expr: 'abs(label_replace({__name__=~"up|ready", pod="web-1"}, "x", "y", "", ""))', fails: DUPLICATE },
    { expr: 'sum by (app) (label_replace(up, "app", "$1", "pod", "(web|db).*"))', gives: ['{app="db"} 0', '{app="web"} 3'] },
    { expr: 'label_replace(up, "app", "x", "pod", "(")', fails: 'invalid regular expression in label_replace(): (' },
    { expr: 'label_replace(nothing, "", "x", "pod", ".*")', fails: 'invalid destination label name in label_replace(): ' },
  ]);
});

describe('label_join', () => {
  evaluates(TABLE, [
    { expr: 'label_join(up{ns="b"}, "id", "/", "ns", "pod")', gives: ['up{id="b/db", ns="b", pod="db"} 0'], newest: [0] },
    { expr: 'label_join(up{ns="b"}, "id", "/", "pod", "nothing", "ns")', gives: ['up{id="db//b", ns="b", pod="db"} 0'] },
    { expr: 'label_join(up{ns="b"}, "ns", "/")', gives: ['up{pod="db"} 0'] },
    { expr: 'label_join(up{ns="b"}, "__name__", "_", "__name__", "ns")', gives: ['up_b{ns="b", pod="db"} 0'] },
    { expr: 'label_join(up{ns="a"}, "pod", "", "ns")', fails: DUPLICATE },
    { expr: 'label_join(up, "id", "/", "")', fails: 'invalid source label name in label_join(): ' },
    { expr: 'label_join(up, "", "/", "pod")', fails: 'invalid destination label name in label_join(): ' },
  ]);
});
