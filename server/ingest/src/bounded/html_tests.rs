use super::*;

fn read_with(document: &[u8], limits: &Limits) -> Result<String, Refusal> {
    let mut input = document;
    let mut html = HtmlReader::new(&mut input, limits, Nul::Keep)?;
    let mut out = String::new();
    while let Some(token) = html.next()? {
        token.push_html(&mut out);
    }
    Ok(out)
}

fn read(document: &str) -> Result<String, Refusal> {
    read_with(document.as_bytes(), &Limits::default())
}

fn code(document: &str, limits: Limits) -> Option<RefusalCode> {
    read_with(document.as_bytes(), &limits).err().map(|refusal| refusal.code)
}

#[test]
fn markup_is_read_as_the_standard_says() {
    for (document, written) in [
        (
            "\u{feff}<!DOCTYPE html><HTML><p CLASS=x>a&nbsp;&lt;&eacute;&amp&nosuch;",
            "<html><p>a\u{a0}&lt;é&amp;&amp;nosuch;",
        ),
        (
            "<html><style><a></style><script>'</html>'</script>",
            "<html><style>&lt;a&gt;</style><script>'&lt;/html&gt;'</script>",
        ),
        ("<a href='x\"y' HREF=z>1 < 2</a><!-- </html> --><br/>", "<a href=\"x&quot;y\">1 &lt; 2</a><br>"),
        ("<a\r\nhref=a&amp;b>\r\nñ\0</a >", "<a href=\"a&amp;b\">\nñ\\x00</a>"),
    ] {
        assert_eq!(
            read(&format!("{document}</html>\n<!-- end -->")).unwrap(),
            format!("{written}</html>\n"),
            "{document}"
        );
    }
}

#[test]
fn elements_end_with_their_parents() {
    let mut input: &[u8] = b"<div><ul><li>a<li>b<i>c</ul></b><p>d<p>e<br>f</div>g</html>";
    let mut html = HtmlReader::new(&mut input, &Limits::default(), Nul::Refuse).unwrap();
    html.next().unwrap();
    assert_eq!((html.text().unwrap().as_str(), html.depth()), ("abcde\nf", 0));
    assert_eq!(html.next().unwrap(), Some(Token::Text("g".to_owned())));
}

#[test]
fn a_document_that_is_cut_is_truncated() {
    let whole = "<html><body class=\"a&amp;b\">x &lt; y<!-- c --></body></html>";
    for cut in 0..whole.len() {
        assert_eq!(code(&whole[..cut], Limits::default()), Some(RefusalCode::Truncated), "cut at {cut}");
    }
    assert_eq!(code(&format!("{whole} x"), Limits::default()), Some(RefusalCode::Truncated));
    let refusal = read("<html>\n<div><b>").unwrap_err();
    assert_eq!((refusal.line, refusal.offset, refusal.detail.as_str()), (Some(2), Some(15), "<b> (15)"));
}

#[test]
fn limits_hold() {
    let limits = Limits { max_depth: 3, max_attributes: 2, max_event: 20, ..Limits::default() };
    for (document, expected) in [
        ("<html><i><b>x</b></i></html>", None),
        ("<html><p><p><p><p><p><br><br><br></html>", None),
        ("<html><i><b><u></html>", Some(RefusalCode::TooDeep)),
        ("<html><i a b></html>", None),
        ("<html><i a b c></html>", Some(RefusalCode::TooManyAttributes)),
        ("<html>aaaaaaaaaaaaaaaaaaaa&gt;</html>", Some(RefusalCode::EventTooLarge)),
        ("<html><i a=aaaaaaaaaaaaaaaaaaa></html>", Some(RefusalCode::EventTooLarge)),
    ] {
        assert_eq!(code(document, limits), expected, "{document}");
    }
    // The stack lasts for a tag of any size.
    for tag in ["<i", "</i"] {
        let many = format!("<html>{tag}{}></html>", " a=\"1\"".repeat(1 << 16));
        assert_eq!(code(&many, Limits::default()), Some(RefusalCode::TooManyAttributes), "{tag}");
    }
    // A text without end is noticed before it is held, whatever is wrong in it.
    let endless = format!("<html>{}", "\u{1}".repeat(1 << 20));
    assert_eq!(code(&endless, limits), Some(RefusalCode::EventTooLarge));
    assert_eq!(code(&format!("<html><!--{endless}"), limits), Some(RefusalCode::EventTooLarge));
    assert_eq!(code(&endless, Limits { max_bytes: 1000, ..limits }), Some(RefusalCode::TooLarge));
}
