// Expressions written by hand for the corners of the grammar and of the checker: some are read, some refused.

/** One a line. */
const LINES = String.raw`
1
.5
5.
0x1F
0X1f
0x
1e3
1e+3
1e-3
1e
1e400
1_000
1__000
_1
1_
0b1
017
08
1.2.3
Inf
inf
+Inf
-inf
NaN
nan
nAn
infinity
1h
1h30m
1h 30m
30m1h
1h1h
1d12h
1w2d
1y
1M
1.5h
5ms
1ms1s
0s
1h30
99999y
300y
9223372036854775807
1 + 1
1 +
+ 1
--1
-+-1
-1^2
(-1)^2
2^3^2
2 ^ -1
-2 ^ 2 * 3
1 - -1
a^-b
-a^2
1 + 2 * 3 % 4 / 5 - 6
1 atan2 2
a atan2 b
1 == 1
1 == bool 1
1 == bool
1 bool == 1
a == bool b
a + bool b
1 and 1
a and 1
1 or a
a unless b
a unless bool b
a and bool b
"text"
'text'
"te\"xt"
"te\qxt"
"\x41\101\u0041\U00000041\a\b\f\n\r\t\v\\"
"\x4"
"\400"
"\u00zz"
"\ud800"
"\U00110000"
'it\'s'
'it\"s'
"it\'s"
"unfinished
'unfinished
"two\nlines"
""
"a" + "b"
"a" == "a"
-"a"
"é€😀"
foo
foo:bar
:foo
foo:
foo:bar:baz
foo.bar
foo-bar
föö
_foo
__name__
5foo
foo bar
foo{}
{}
{ }
foo{a="b"}
foo{a='b'}
foo{a="b",}
foo{,}
foo{,a="b"}
foo{a="b",,}
foo{a="b" c="d"}
foo{a="b",c!="d",e=~"f",g!~"h"}
foo{a}
foo{a=}
foo{a=b}
foo{a=1}
foo{="b"}
foo{a=="b"}
foo{a>"b"}
foo{a=~"("}
foo{a=~"*"}
foo{a!~"[z-a]"}
foo{a=~"a{1001}"}
foo{a=~"(?P<x>.)"}
foo{a=~"(?<x>.)"}
foo{a=~"(?i)A"}
foo{a=~"\\d+"}
foo{a=~"\\p{Greek}"}
foo{a=~"\\q"}
foo{a=~"a(?=b)"}
foo{a=~"(a)\\1"}
{a="b"}
{a=""}
{a!="b"}
{a=~".*"}
{a=~".+"}
{a!~".+"}
{a!~".*"}
{a=~"|x"}
{a="b",c=""}
{__name__="foo"}
{__name__=~"foo.*"}
{__name__!="foo"}
foo{__name__="bar"}
foo{__name__!="bar"}
foo{__name__=~"foo"}
{"foo"}
{"foo",a="b"}
{a="b","foo"}
{"foo","bar"}
foo{"bar"}
{'foo'}
{"foo bar"}
{"é"}
{""}
{"foo"=}
{"a b"="c"}
{"foo","a b"="c","d"=~"e"}
foo{"a.b"="c"}
{"__name__"="foo"}
foo{on="a",by="b",bool="c",offset="d",sum="e",inf="f",nan="g"}
sum{a="b"}
by
on
offset
bool
inf{a="b"}
nan{a="b"}
sum
rate
start
end
group_left
and
or
unless
atan2
ignoring
without
step
range
fill
anchored
smoothed
sum{}
offset{a="b"}
foo[5m]
foo[5m
foo[5m]]
foo[]
foo[5]
foo[5.5]
foo[0]
foo[0s]
foo[-5m]
foo["5m"]
foo[5m:]
foo[5m:1m]
foo[5m:0s]
foo[5m:5]
foo[5m:-1m]
foo[5m::1m]
foo[:1m]
foo[5m: 1m]
foo[5m :1m]
foo[ 5m ]
foo[1h30m]
foo[1_000s]
foo[5M]
foo[5 m]
foo[5m][5m]
foo[5m:1m][5m:]
foo[5m:1m:]
(foo)[5m]
(foo)[5m:]
(foo)[5m:] offset 1m
(foo[5m])[5m:]
sum(foo)[5m]
sum(foo)[5m:]
rate(foo[5m])[1h:5m]
1[5m:]
1[5m]
"a"[5m:]
foo offset 5m
foo offset -5m
foo offset - 5m
foo offset +5m
foo offset 5
foo offset
foo offset 5m offset 5m
foo offset 1h30m
foo[5m] offset 5m
foo offset 5m[5m]
foo[5m] offset 5m offset 6m
(foo) offset 5m
1 offset 5m
sum(foo) offset 5m
sum(foo offset 5m)
rate(foo[5m]) offset 5m
-foo offset 5m
foo + bar offset 5m
foo OFFSET 5m
foo offset inf
foo offset 1e3
foo @ 1
foo @ 1.5
foo @ -1
foo @ +1
foo @ 1e9
foo @ 0x10
foo @ inf
foo @ -inf
foo @ nan
foo @ 1e30
foo @ 5m
foo @ start()
foo @ end()
foo @ start
foo @ start(
foo @ start(1)
foo @ middle()
foo @ bar
foo @ "1"
foo @
foo @ 1 @ 2
foo @ 1 offset 5m
foo offset 5m @ 1
foo[5m] @ 1
foo[5m] @ start() offset 1m
foo @ 1 [5m]
(foo) @ 1
sum(foo) @ 1
foo[5m:] @ end()
foo[5m:] @ 1 offset 2m
1 @ 1
START()
start()
foo @ END()
sum(foo)
SUM(foo)
Sum(foo)
sum foo
sum()
sum(foo,bar)
sum(1)
sum("a")
sum(foo[5m])
sum(foo) by (a)
sum by (a) (foo)
sum by (a)(foo) by (b)
sum by (foo)
sum by () (foo)
sum by (a,) (foo)
sum by (,a) (foo)
sum by (a b) (foo)
sum by (a.b) (foo)
sum by ("a.b") (foo)
sum by ("") (foo)
sum by ('a', "b", c) (foo)
sum by (1) (foo)
sum by a (foo)
sum by (a, a) (foo)
sum without (a) (foo)
sum WITHOUT (a) (foo)
sum on (a) (foo)
sum by (by, on, sum, offset, bool, inf, nan, start) (foo)
sum(foo) without
sum(sum(foo))
sum(foo) sum(bar)
sum by (a) (foo) + sum by (a) (bar)
topk(foo)
topk(1)
topk(1, foo)
topk(1, foo, bar)
topk(foo, foo)
topk("1", foo)
topk(1, 1)
topk(scalar(foo), foo)
topk by (a) (1, foo)
topk(1, foo) by (a)
bottomk(1+1, foo)
quantile(0.5, foo)
quantile(foo)
quantile(foo, 0.5)
quantile("a", foo)
count_values("a", foo)
count_values(a, foo)
count_values(1, foo)
count_values("a b", foo)
count_values("", foo)
count_values(foo)
stddev(1, foo)
group(foo)
limitk(1, foo)
limit_ratio(0.5, foo)
limit_ratio(2, foo)
rate(foo)
rate(foo[5m])
rate foo[5m]
rate()
rate(foo[5m], 1)
rate(foo[5m],)
rate(,foo[5m])
rate((foo[5m]))
rate(foo[5m:])
rate(foo[5m:1m])
rate(1)
rate("a")
rate(sum(foo))
rate(rate(foo[5m]))
RATE(foo[5m])
rate(foo[5m])(1)
unknown(foo)
unknown()
sun(foo)
abs(foo)
abs(1)
abs(foo, bar)
abs(foo[5m])
time()
time(1)
pi()
pi(1)
vector(1)
vector(foo)
vector()
vector("a")
scalar(foo)
scalar(1)
scalar(foo[5m])
round(foo)
round(foo, 1)
round(foo, 1, 2)
round(foo, bar)
day_of_week()
day_of_week(foo)
day_of_week(foo, bar)
hour(1)
label_replace(foo, "a", "b", "c", "d")
label_replace(foo, "a", "b", "c")
label_replace(foo, "a", "b", "c", 1)
label_replace(foo, a, "b", "c", "d")
label_replace(foo, "a b", "b", "c", "d")
label_replace(foo, "a", "b", "c", "(")
label_replace(1, "a", "b", "c", "d")
label_join(foo, "a", "b")
label_join(foo, "a")
label_join(foo, "a", "b", "c", "d", "e")
label_join(foo, "a", "b", c)
label_join(foo, "a", "b", 1)
histogram_quantile(0.5, foo)
histogram_quantile(foo, 0.5)
histogram_fraction(0, 1, foo)
histogram_quantiles(foo, "q", 0.5)
histogram_quantiles(foo, "q", 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
clamp(foo, 0, 1)
clamp(foo, 0)
clamp(foo, bar, 1)
clamp_min(foo, 1)
clamp_max(foo, "a")
predict_linear(foo[5m], 60)
predict_linear(foo, 60)
deriv(foo[5m])
holt_winters(foo[5m], 0.5, 0.5)
double_exponential_smoothing(foo[5m], 0.5, 0.5)
sort(foo)
sort_by_label(foo, "a")
sort_by_label_desc(foo, "a", "b")
sort_by_label(foo)
absent(foo)
absent(1)
absent_over_time(foo[5m])
timestamp(foo)
timestamp(foo[5m])
mad_over_time(foo[5m])
ts_of_max_over_time(foo[5m])
first_over_time(foo[5m])
last_over_time(foo[5m])
info(foo)
info(foo, {a="b"})
info(foo, {a=~".*"})
info(foo, bar)
info(foo, bar{a="b"})
info(foo, 1)
info(1)
info(foo, {__name__="x"})
info(foo, {a="b"}, 1)
start() + 1
step()
range()
foo[step()]
foo[5m+1m]
foo[5m*2]
foo[(5m)]
foo offset (5m)
foo offset 5m+1m
foo[5m:1m+1s]
foo[max(1m,2m)]
foo[5m] anchored
foo anchored
foo smoothed
rate(foo[5m] smoothed)
foo + fill(0) bar
foo + fill_left(0) bar
foo + on(a) fill_right(1) bar
foo </ 5
foo >/ 5
foo </ bar
foo + bar
foo + on(a) bar
foo + on a bar
foo + on() bar
foo + on(a,b,) bar
foo + on("a.b", c) bar
foo + ignoring(a) bar
foo + on(a) ignoring(b) bar
foo + on(a) group_left bar
foo + on(a) group_left() bar
foo + on(a) group_left(b) bar
foo + on(a) group_left(a) bar
foo + group_left(b) bar
foo + group_left bar
foo + on(a) group_right(b) bar
foo + on(a) group_left(b) group_right(c) bar
foo + ignoring(a) group_left(a) bar
foo + ignoring(a) group_left("b.c") bar
foo + on(a) group_left(1) bar
foo + on(a) 1
1 + on(a) foo
1 + on(a) 1
foo and on(a) bar
foo and on(a) group_left bar
foo or on(a) group_left(b) bar
foo unless ignoring(a) bar
foo > bool on(a) bar
foo > on(a) bool bar
foo == on(a) group_left bar
foo and bar or baz unless qux
foo or bar and baz
foo + bar == baz and qux
foo == bar == baz
foo > 1 < 2
1 > bool 2 < bool 3
foo ! bar
foo = bar
foo =~ bar
foo !~ "a"
foo != bar
foo === bar
foo <> bar
foo & bar
foo && bar
foo | bar
foo || bar
!foo
~foo
foo?
foo;
foo,bar
foo # comment
# comment
"a # b"
foo{a="b#c"}
()
(foo)
((foo))
(foo
foo)
)(
(1)(2)
[foo]
{foo
foo}
}{
foo{a="b"
foo{a="b"}}
foo{a="b"}{c="d"}
foo{a="b"}[5m]{c="d"}
foo{é="b"}
sum by (é) (foo)
"é" + foo{
{"日本語"} + )
$foo
foo$
@
@ 1
: 
:=
a:b{c="d"}
a::b
foo:[5m]
foo[5m:1m] offset 1m @ 5 
offset 5m
foo offset 5m + bar offset 6m
on(a)
by (a)
bool 1
1 bool 2
sum(by)
sum by (a) by
rate(sum[5m])
rate(offset[5m])
rate(by[5m] offset 5m)
sum(sum)
count(count)
count by (count) (count)
max(max{max="max"})
avg_over_time(avg[5m])
topk(1, topk)
min by (min) (min) + on (min) min
inf + nan
-inf - -nan
inf()
nan(foo)
Inf{a="b"}
1 + inf{a="b"}
start{a="b"}
end{a="b"}
start + end
start offset 5m
step{a="b"}
range + step
`;

/** Texts that no line of the above can be. */
const OTHERS = [
  ...['', ' ', '\n', '\t', '`raw`', '`ra\\w`', '`two\nlines`', '`unfinished', 'foo{a=`b\\`}', 'foo{a=~`\\d+`}'],
  ...['# comment\nfoo', 'foo # "quote\n + bar', 'foo#\n', '\tfoo\t+\tbar\t', '\n\nfoo\n+\nbar', 'foo\r\n+ bar', 'foo\u00a0+ bar'],
  ...[
    'foo\u2028bar',
    '\ufefffoo',
    '\u0000',
    'foo\u0000',
    'foo{a="\u0000"}',
    'foo{a="\u0001\u007f"}',
    '{"\u0001"}',
    '1 +\n"é" + *',
    '"two\nlines"',
  ],
];

export const AUTHORED: readonly string[] = [...OTHERS, ...LINES.trim().split('\n')];
