import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanView } from './charset.ts';
import { findHtmlLinks } from './html-links.ts';

const search = (html: string, charset = 'utf-8') => {
  const view = scanView(Buffer.from(html), charset);
  assert.ok(view);
  const { links, untouched, imageAt } = findHtmlLinks(view);
  return {
    urls: links.map(({ url }) => url),
    spans: links.map(({ start, end }) => view.text.slice(start, end)),
    untouched: Object.fromEntries(untouched),
    image: `${view.text.slice(0, imageAt)}[image]${view.text.slice(imageAt)}`,
    links,
    text: view.text,
  };
};

const U = 'https://a.example/b';

const found: readonly [string, string, readonly string[]][] = [
  ['double quotes', `<a href="${U}">`, [U]],
  ['single quotes', `<a href='${U}'>`, [U]],
  ['no quotes', `<a href=${U} class=x>`, [U]],
  ['no quotes, last in the tag', `<a href=${U}>`, [U]],
  ['upper case', '<A HREF="HTTPS://A.example/b">', ['HTTPS://A.example/b']],
  ['white space around the equals sign', `<a href = "${U}">`, [U]],
  ['line ends between attributes', `<a\r\n  class="x"\r\n  href="${U}"\r\n>`, [U]],
  ['white space around the target', `<a href=" \r\n${U}\t ">`, [U]],
  ['a line end inside the target', '<a href="https://a.exa\r\nmple/b">', ['https://a.example/b']],
  [
    'references',
    '<a href="https://a.example/?a=1&amp;b=2&#38;c=3&#x26;d">',
    ['https://a.example/?a=1&b=2&c=3&d'],
  ],
  [
    'a bare ampersand that looks like a reference',
    '<a href="https://a.example/?a&copy=1&lt=2">',
    ['https://a.example/?a&copy=1&lt=2'],
  ],
  ['a quote and a reference', `<a href='https://a.example/?"&amp;&quot;'>`, ['https://a.example/?"&"']],
  ['a reference at the end', '<a href="https://a.example/?a&amp;">', ['https://a.example/?a&']],
  ['an IDN host', '<a href="https://bücher.example/ä">', ['https://bücher.example/ä']],
  ['an IPv6 host', '<a href="http://[::1]:8080/">', ['http://[::1]:8080/']],
  ['area', `<map><area shape=rect href="${U}"></map>`, [U]],
  ['no tag end at once', `<a href="${U}"/>x`, [U]],
  ['the first of two targets', `<a href="${U}" href="https://evil.example/">`, [U]],
  ['a tag inside a table', `<table><tr><td><a href="${U}"></table>`, [U]],
  ['Outlook’s part', `<!--[if mso]><v:roundrect href="${U}"><![endif]-->`, [U]],
  [
    'Outlook’s part and the part for others',
    `<!--[if (gte mso 9)|(IE)]><a href="${U}?1"><![endif]--><!--[if !mso]><!--><a href="${U}?2"><!--<![endif]-->`,
    [`${U}?1`, `${U}?2`],
  ],
  ['downlevel-revealed', `<![if !mso]><a href="${U}"><![endif]>`, [U]],
  ['behind CDATA as a browser reads it', `<![CDATA[ x > <a href="${U}"> ]]>`, [U]],
  ['a style inside SVG', `<svg><style/></svg><a href="${U}">`, [U]],
  ['an unclosed SVG root', `<svg/><style>a{}</style><a href="${U}">`, [U]],
  ['two links', `<a href="${U}?1">x</a><a href="${U}?2">y</a>`, [`${U}?1`, `${U}?2`]],
];

for (const [name, html, urls] of found) {
  test(`finds a link with ${name}`, () => assert.deepEqual(search(html).urls, urls));
}

const none: readonly [string, string, Record<string, number>][] = [
  [
    'link, base, img, form, script',
    `<link href="${U}"><base href="${U}"><img src="${U}"><form action="${U}"><script src="${U}"></script>`,
    {},
  ],
  [
    'text, style, script, title, textarea',
    `${U}<style><a href="${U}"></style><script>"<a href='${U}'>"</script><title><a href="${U}"></title><textarea><a href="${U}"></textarea>`,
    {},
  ],
  ['a style behind an SVG that ends at once', `<svg/><style><a href="${U}"></style>`, {}],
  ['an ordinary comment', `<!-- <a href="${U}"> -->`, {}],
  ['a comment that is never closed', `<!-- <a href="${U}">`, {}],
  ['a tag that is never closed', `<a href="${U}"`, {}],
  ['a quote that is never closed', `<a href="${U}>x</a>`, {}],
  ['a tag named like one', `<abbr href="${U}"><vx href="${U}"><areas href="${U}">`, {}],
  ['no target', '<a name="x"><a href><a href="">', { fragment: 2 }],
  ['fragments', '<a href="#"><a href=" #top">', { fragment: 2 }],
  [
    'other schemes',
    '<a href="mailto:a@b.test"><a href="tel:1"><a href="SMS:1"><a href="javascript:x()"><a href="data:,x">',
    { other_scheme: 5 },
  ],
  [
    'relative targets, even with a base',
    `<base href="${U}"><a href="/x"><a href="//a.example/"><a href="www.a.example">`,
    { relative: 3 },
  ],
  [
    'placeholders',
    '<a href="{{url}}"><a href="https://a.example/?u={{id}}"><a href="%%x%%"><a href="*|X|*"><a href="[[x]]">',
    { placeholder: 5 },
  ],
  [
    'http without a host',
    '<a href="http:"><a href="https://"><a href="http:/x"><a href="https:///x">',
    { malformed: 4 },
  ],
  [
    'a target that is no URL',
    '<a href="https://a b.example/"><a href="http://a.example:99999/">',
    { malformed: 2 },
  ],
  ['a control character in the target', '<a href="https://a.example/&#1;x">', { malformed: 1 }],
  [
    'opt-outs',
    `<a href="${U}" data-no-track><a clicktracking=off href="${U}"><a href="${U}" Disable-Tracking="TRUE"><a ses:no-track href="${U}">`,
    { opt_out: 4 },
  ],
];

for (const [name, html, untouched] of none) {
  test(`leaves ${name}`, () => {
    const result = search(html);
    assert.deepEqual(result.urls, []);
    assert.deepEqual(result.untouched, untouched);
  });
}

test('an opt-out of other value, or on the tag before, is none', () => {
  const html = `<a data-no-track href="#"></a><a href="${U}" clicktracking="on" disable-tracking="false" data-no-track="false">`;
  assert.deepEqual(search(html).urls, [U]);
});

test('a target in a charset is decoded, and one that is invalid there is left', () => {
  const latin = scanView(Buffer.from('<a href="https://a.example/\xe4">', 'latin1'), 'iso-8859-1');
  const broken = scanView(Buffer.from('<a href="https://a.example/\xe4">', 'latin1'), 'utf-8');
  assert.ok(latin && broken);
  assert.deepEqual(
    findHtmlLinks(latin).links.map(({ url }) => url),
    ['https://a.example/ä'],
  );
  assert.deepEqual([...findHtmlLinks(broken).untouched], [['undecodable_link', 1]]);
});

test('the span is the target without the white space around it', () => {
  assert.deepEqual(search(`<a href="\r\n ${U}&amp; ">`).spans, [`${U}&amp;`]);
});

const breaking: readonly string[] = [
  `<a  href="${U}">`,
  `<a href=${U}>`,
  `<a class="x"href='${U}'\tid=y>`,
  `<!--[if mso]><v:rect href="${U}"/><![endif]-->`,
];

for (const html of breaking) {
  test(`a line end at the breaks of ${html} changes nothing`, () => {
    const { links, text } = search(html);
    const { before, after } = links[0]?.breaks ?? { before: 0, after: 0 };
    const broken = `${text.slice(0, before)}\r\n${text.slice(before, after)}\r\n${text.slice(after)}`;
    assert.deepEqual(search(broken).urls, [U]);
    assert.deepEqual(broken.replaceAll('\r\n', ''), html);
    assert.doesNotMatch(broken, /[ \t]\r\n/);
  });
}

const images: readonly [string, string, string][] = [
  ['before the end of the body', '<body>x</body></html>', '<body>x[image]</body></html>'],
  ['before the last end of the body', 'x</body>y</BODY >', 'x</body>y[image]</BODY >'],
  ['before the end of the document', 'x</html>', 'x[image]</html>'],
  ['at the end, before the last line end', '<p>x</p>\r\n', '<p>x</p>[image]\r\n'],
  ['not in a comment', 'x<!-- </body> -->', 'x<!-- </body> -->[image]'],
  [
    'not in Outlook’s part',
    'x</body><!--[if mso]></body><![endif]-->',
    'x[image]</body><!--[if mso]></body><![endif]-->',
  ],
  ['not in a script', 'x</body><script>"</body>"</script>', 'x[image]</body><script>"</body>"</script>'],
  ['not in an attribute', 'x</body><a title="</body>">', 'x[image]</body><a title="</body>">'],
  ['not behind a comment that is never closed', '<p>x<!-- y', '[image]<p>x<!-- y'],
  ['not in a style that is never closed', '<p>x<style>p{}', '<p>x[image]<style>p{}'],
  ['not in a tag that is never closed', '<p>x<a href="', '<p>x[image]<a href="'],
  ['in an empty text', '', '[image]'],
];

for (const [name, html, expected] of images) {
  test(`puts the image ${name}`, () => assert.equal(search(html).image, expected));
}
