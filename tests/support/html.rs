//! Reads what the tests need out of the pages' HTML.

/// A link of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub href: String,
    /// What it says, or its label where it has one.
    pub text: String,
}

/// The links of a page in their order, those in charts included.
#[must_use]
pub fn links(html: &str) -> Vec<Link> {
    let mut found = Vec::new();
    for (at, _) in html.match_indices("<a ") {
        let Some((tag, rest)) = tag(html.get(at..).unwrap_or_default()) else { continue };
        let Some(href) = attribute(tag, "href") else { continue };
        let inner = rest.split("</a>").next().unwrap_or_default();
        found.push(Link { href, text: text(inner) });
    }
    found
}

/// A tag's own text and what follows it. A `>` within quotes does not end it.
fn tag(html: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    for (at, c) in html.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, '>') => return Some((html.get(..=at)?, html.get(at + 1..)?)),
            _ => {}
        }
    }
    None
}

/// The value of an attribute of a tag.
#[must_use]
pub fn attribute(tag: &str, name: &str) -> Option<String> {
    let begin = format!(" {name}=\"");
    let (_, rest) = tag.split_once(&begin)?;
    Some(unescape(rest.split('"').next()?))
}

/// The text of a piece of HTML, tags and comments left out.
#[must_use]
pub fn text(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, from)) = rest.split_once('<') {
        out.push_str(before);
        let from = format!("<{from}");
        let after = if from.starts_with("<!--") {
            from.split_once("-->").map_or("", |(_, after)| after).len()
        } else {
            tag(&from).map_or("", |(_, after)| after).len()
        };
        rest = rest.get(rest.len() - after..).unwrap_or_default();
    }
    out.push_str(rest);
    unescape(out.trim())
}

fn unescape(text: &str) -> String {
    let named = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#x27;", "'");
    named.replace("&#39;", "'").replace("&amp;", "&")
}

/// The number that a text is, thousands parted by points, commas or spaces.
#[must_use]
pub fn number(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix(['-', '−']) {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let parts = ['.', ',', ' ', '\u{a0}', '\u{202f}'];
    let plain: String = digits.chars().filter(|c| !parts.contains(c)).collect();
    let only_digits = !plain.is_empty() && plain.bytes().all(|byte| byte.is_ascii_digit());
    only_digits.then(|| plain.parse::<i64>().ok()).flatten().map(|value| sign * value)
}

/// The number with which a text begins, as in a sentence.
#[must_use]
pub fn leading_number(text: &str) -> Option<i64> {
    number(text.split_whitespace().next()?)
}

/// The number that a text is or begins with, words after it set apart or not: `1,234`, `12 others`, `12new`.
#[must_use]
pub fn said_number(text: &str) -> Option<i64> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || ".,\u{a0}\u{202f}-−".contains(c))).unwrap_or(text.len());
    let (begin, rest) = text.split_at(end);
    let words = rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || c.is_alphabetic());
    if words { number(begin) } else { None }
}

/// The ids of the rows of a list of findings.
#[must_use]
pub fn finding_ids(html: &str) -> Vec<String> {
    row_ids(html, "/findings/")
}

/// The ids of the rows of a list whose things have addresses that begin so.
#[must_use]
pub fn row_ids(html: &str, begins: &str) -> Vec<String> {
    let rows = html
        .match_indices("<a ")
        .filter_map(|(at, _)| tag(html.get(at..)?))
        .filter(|(tag, _)| tag.contains("data-row"));
    let hrefs = rows.filter_map(|(tag, _)| attribute(tag, "href"));
    hrefs.filter_map(|href| href.strip_prefix(begins).map(str::to_owned)).collect()
}

/// Where a list goes on.
#[must_use]
pub fn next_page(html: &str) -> Option<String> {
    let links = html.match_indices("<a ").filter_map(|(at, _)| tag(html.get(at..)?));
    links.filter(|(tag, _)| tag.contains(" rel=\"next\"")).find_map(|(tag, _)| attribute(tag, "href"))
}

/// What stands between the first `<NAME …>` of a page and its end.
#[must_use]
pub fn element<'a>(html: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = html.split_once(&format!("<{name}"))?;
    rest.split_once(&format!("</{name}>")).map(|(inner, _)| inner)
}

/// Percent-encodes a value of a form or an address.
#[must_use]
pub fn encode(value: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    value.bytes().map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_with_their_numbers() {
        let page = r#"<p><a href="/findings?q=sev:high&amp;x=1" title="a > b"><b>1.234</b><!> open</a> <a class="x" href="/b"><!-- c --><svg><title>t</title></svg>7</a>"#;
        let found = links(page);
        assert_eq!(found[0], Link { href: "/findings?q=sev:high&x=1".to_owned(), text: "1.234 open".to_owned() });
        assert_eq!(leading_number(&found[0].text), Some(1234));
        assert_eq!(found[1].text, "t7");
        assert_eq!(number("−1,234"), Some(-1234));
        assert_eq!(number("A03"), None);
        assert_eq!(number(""), None);
        let said = ["12new", "1,234 others", "−3", "2026-03-01", "A03", "3: x"].map(said_number);
        assert_eq!(said, [Some(12), Some(1234), Some(-3), None, None, None]);
    }
}
