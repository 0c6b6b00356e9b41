// What a shell script sets, told without running it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandsIn } from '../../../../src/cli/check/riva/commands.ts';
import { readScript } from '../../../../src/cli/check/riva/variables.ts';

/** `name@line=value`, or why there is none. */
function setBy(text: string): string[] {
  return [...readScript(text).variables].map(([name, { line, value }]) =>
    value.kind === 'known' ? `${name}@${line}=${value.text}` : `${name}@${line} ${value.why}`,
  );
}

describe('values', () => {
  it.each([
    ['a=1', 'a@1=1'],
    ['a=', 'a@1='],
    ['a=""', 'a@1='],
    ['  a=1  # why', 'a@1=1'],
    ['a=1#2', 'a@1=1#2'],
    [`a='x y # "z" $b'`, 'a@1=x y # "z" $b'],
    ['a="x y # z"', 'a@1=x y # z'],
    ['a="\\$b \\"c\\" \\\\ \\n"', 'a@1=$b "c" \\ \\n'],
    ['a=x\\ y', 'a@1=x y'],
    [`a=x"y"'z'`, 'a@1=xyz'],
    ['export a=1', 'a@1=1'],
    ['declare -r a=1', 'a@1=1'],
    ['a=/ssl/\\\nserver.crt', 'a@1=/ssl/server.crt'],
    ['\n\na="1\n2"\n', 'a@3=1\n2'],
    ['a=1\r\n', 'a@1=1'],
    ['a=1; echo done', 'a@1=1'],
    ['a=$HOME/x', 'a@1 needs $HOME, which is not set above it'],
    ['a=$(pwd)/x', 'a@1 is the output of a command'],
    ['a="$(pwd; ls)/x"', 'a@1 is the output of a command'],
    ['a="`pwd`"', 'a@1 is the output of a command'],
    ['a=<(ls)', 'a@1 is the output of a command'],
    ['a=$((1 + 2))', 'a@1 is the result of arithmetic'],
    [`a=\${b:-x}`, 'a@1 is made by an expansion that is more than the value of a variable'],
    [`a=\${b//x/y}`, 'a@1 is made by an expansion that is more than the value of a variable'],
    ['a=$1', 'a@1 depends on how the script is called'],
    ["a=$'x'", 'a@1 is quoted in a way of bash alone'],
    ['a="$\'x"', "a@1=$'x"],
    ['a=(x y\n # z)\n w)', 'a@1 is a list'],
    ['a=~/x', 'a@1 begins with the home folder of who runs the script'],
    ["a='x", 'a@1 has a quote that is not closed'],
    ['a=$', 'a@1=$'],
  ])('%j', (text, expected) => {
    expect(setBy(text)).toEqual([expected]);
  });
});

describe('scripts', () => {
  it.each([
    ['earlier variables', 'a=x\nb="$a/${a}y"\n', ['a@1=x', 'b@2=x/xy']],
    ['a value that was unknown', 'a=$(ls)\nb=$a\n', ['a@1 is the output of a command', 'b@2 is the output of a command']],
    ['the last of two', 'a=1\na=2\n', ['a@2=2']],
    ['what is added', 'a=x\na+=y\nb+=z\n', ['a@2=xy', 'b@3=z']],
    ['several in one line', 'a=1 b=2\n', ['a@1=1', 'b@1=2']],
    ['what is taken back', 'a=1\nunset a\n', []],
    ['a variable of one command alone', 'a=1 ls\n', []],
    ['elements of lists', 'a["x"]="y"\n', []],
    ['a comment', '# a=1\n #a=2\n', []],
    ['a comparison', 'if [[ $x == "y" ]]; then\n  b=1\nfi\nc=2\n', ['b@2 is set under a condition', 'c@4=2']],
    ['the other branch', 'if x; then echo; else b=1; fi\nc=2', ['b@1 is set under a condition', 'c@2=2']],
    [
      'a loop in a loop',
      'for x in a b; do\n while y; do\n a=1\n done\n b=2\ndone\nc=3',
      ['a@3 is set under a condition', 'b@5 is set under a condition', 'c@7=3'],
    ],
    ['a case', 'case $x in\n y) a=1 ;;\n *) a=2 ;;\nesac\nb=3', ['a@3 is set under a condition', 'b@5=3']],
    ['a function', 'f() {\n a=1\n}\nfunction g {\n b=1\n}\nc=2', ['a@2 is set under a condition', 'b@5 is set under a condition', 'c@7=2']],
    ['a function whose body begins in the next line', 'f()\n{\n a=1\n}\nb=2', ['a@3 is set under a condition', 'b@5=2']],
    ['a group', '{ a=1; }\nb=2', ['a@1 is set under a condition', 'b@2=2']],
    ['what follows only success', 'x && a=1\ny || b=1\nc=2', ['a@1 is set under a condition', 'b@2 is set under a condition', 'c@3=2']],
    ['a pipe', 'a=1 | b=2\nc=3', ['a@1 is set under a condition', 'b@1 is set under a condition', 'c@2=3']],
    ['a subshell', '(a=1)\nb=2', ['b@2=2']],
    ['a text for a command', 'cat <<EOF\na=1\nEOF\nb=2', ['b@4=2']],
    ['a text for a command without an end', 'cat <<-"EOF" > x\na=1\n', []],
    ['lists over lines', 'a=(\n  "x" # y)\n  z\n)\nb=1', ['a@1 is a list', 'b@5=1']],
    ['conditions over lines', 'if [[ a == b || \\\n  c == d ]]; then\n a=1\nfi\nb=2', ['a@3 is set under a condition', 'b@5=2']],
  ])('%s', (_what, text, expected) => {
    expect(setBy(text)).toEqual(expected);
  });

  it('tells what may set anything', () => {
    expect(readScript('x=1\nsource ./more.sh\n. other.sh\neval "$y"\n').opaque).toEqual([
      { line: 2, what: 'reads another file' },
      { line: 3, what: 'reads another file' },
      { line: 4, what: 'runs a text' },
    ]);
  });

  it('is not held up by any text', () => {
    const characters = fc.constantFrom(...'ab=$(){}`\'"\\#;&|<>\n =EOF'.split(''), 'if ', 'fi\n', 'a=', '<<EOF\n', '${', '$((');
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 80 }), (pieces) => {
        const text = pieces.join('');
        const lines = text.split('\n').length;
        readScript(text);
        return commandsIn(text).every(({ line }) => line >= 1 && line <= lines);
      }),
    );
  });
});
