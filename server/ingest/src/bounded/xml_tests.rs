//! What the XML reader accepts, repairs and refuses.

use super::*;

/// Reads a whole document: the text of all elements, and the remarks' codes.
fn read_with(document: &[u8], limits: &Limits) -> Result<(String, Vec<String>), Refusal> {
    let mut input = document;
    let mut xml = XmlReader::new(&mut input, limits, Nul::Refuse)?;
    xml.root()?;
    let mut text = String::new();
    xml.text_into(&mut text)?;
    xml.end()?;
    let remarks = xml.take_remarks().into_facts();
    Ok((text, remarks.into_iter().map(|remark| format!("{} {}", remark.code, remark.detail)).collect()))
}

fn read(document: &str) -> Result<(String, Vec<String>), Refusal> {
    read_with(document.as_bytes(), &Limits::default())
}

fn code(document: &str) -> RefusalCode {
    read(document).unwrap_err().code
}

#[test]
fn text_is_put_together_from_its_parts() {
    let (text, remarks) = read("<a>x &lt;b&gt; &#65;&#x42; <![CDATA[<raw> & ]]>\r\ny&amp;</a>").unwrap();
    assert_eq!(text, "x <b> AB <raw> & \ny&");
    assert!(remarks.is_empty());
}

#[test]
fn markup_that_was_not_escaped_is_text() {
    for (document, expected, remark) in [
        ("<a>if x < 5 && y</a>", "if x < 5 && y", "less_than_kept_literally "),
        ("<a>x <= 5, isn't it</a>", "x <= 5, isn't it", "less_than_kept_literally "),
        ("<a>1 <2> 3 << 4<</a>", "1 <2> 3 << 4<", "less_than_kept_literally "),
        ("<a>x < y/> z</a>", "x < y/> z", "less_than_kept_literally "),
        ("<a>a <b and c</a>", "a <b and c", "less_than_kept_literally "),
        ("<a>a <b &lt; c</a>", "a <b < c", "less_than_kept_literally "),
        ("<a>y<c d='1'>z</c><br/></a>", "y<c d='1'>z</c><br/>", "markup_kept_literally br"),
        ("<a>with <PAYLOAD_1> here</a>", "with <PAYLOAD_1> here", "markup_kept_literally PAYLOAD_1"),
        ("<a>an </i> alone</a>", "an </i> alone", "markup_kept_literally i"),
        ("<a>x<b>y<c>z</b></a>", "x<b>y<c>z</b>", "markup_kept_literally b"),
        ("<a>x<!-- y -->z</a>", "x<!-- y -->z", "markup_kept_literally !--"),
        ("<a><?php echo 1 ?></a>", "<?php echo 1 ?>", "markup_kept_literally ?"),
    ] {
        let (text, remarks) = read(document).unwrap();
        assert_eq!(text, expected, "{document}");
        assert!(remarks.iter().any(|found| found == remark), "{document}: {remarks:?}");
    }
}

#[test]
fn a_tag_of_an_element_around_a_text_is_none_of_the_text() {
    let mut input: &[u8] = b"<a><b>x<c></a>";
    let mut xml = XmlReader::new(&mut input, &Limits::default(), Nul::Refuse).unwrap();
    xml.root().unwrap();
    xml.child().unwrap();
    let refusal = xml.text().unwrap_err();
    assert_eq!((refusal.code, refusal.detail.as_str()), (RefusalCode::Malformed, "<c> … </a>"));
}

#[test]
fn a_text_of_less_than_signs_takes_no_long_time() {
    let started = std::time::Instant::now();
    for piece in ["<", "< ", "<a ", "<a<b'"] {
        let document = format!("<a>{}</a>", piece.repeat(200_000));
        match read(&document) {
            Ok((text, _)) => assert!(document.contains(&text)),
            Err(refusal) => assert!(matches!(refusal.code, RefusalCode::Malformed | RefusalCode::Truncated)),
        }
    }
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn repairs_go_across_chunks_and_keep_the_place() {
    for pad in 0..40 {
        let filler = "x".repeat((128 << 10) - 30 + pad);
        let document = format!("<a>{filler}\n1 < 2 &amp; it's\n</a>\n<");
        let refusal = read(&document).unwrap_err();
        assert_eq!((refusal.code, refusal.line), (RefusalCode::Truncated, Some(4)), "{pad}");
        let (text, _) = read(document.trim_end_matches('<')).unwrap();
        assert_eq!(text, format!("{filler}\n1 < 2 & it's\n"), "{pad}");
    }
}

#[test]
fn control_characters_are_kept_with_a_remark() {
    let (text, remarks) = read("<a>\u{1}&#xB;&#x9;&#11; \u{1f}</a>").unwrap();
    assert_eq!(text, "\u{1}\u{b}\t\u{b} \u{1f}");
    assert_eq!(remarks, ["control_character_kept #11", "control_character_kept #xB", "control_character_kept ×2"]);
}

#[test]
fn unknown_entities_and_lone_ampersands_stay_with_a_remark() {
    let (text, remarks) = read("<a>&nbsp;&nbsp; AT&T &#0;&#xD800;</a>").unwrap();
    assert_eq!(text, "&nbsp;&nbsp; AT&T &#0;&#xD800;");
    assert_eq!(
        remarks,
        [
            "ampersand_kept_literally ",
            "entity_kept_literally #0",
            "entity_kept_literally #xD800",
            "entity_kept_literally nbsp"
        ]
    );
}

#[test]
fn attributes_are_normalized() {
    let mut input: &[u8] = b"<a one='1 &lt; 2&#10;\tx' two=\"&who; &\"/>";
    let mut xml = XmlReader::new(&mut input, &Limits::default(), Nul::Refuse).unwrap();
    let tag = xml.root().unwrap();
    assert_eq!(tag.attribute("one").unwrap(), "1 < 2\n x");
    assert_eq!(tag.attribute("two").unwrap(), "&who; &");
    assert_eq!(tag.attribute("three"), None);
    assert_eq!(xml.child().map(|child| child.is_none()), Ok(true));
    xml.end().unwrap();
    let remarks = xml.take_remarks().into_facts();
    let remarks: Vec<_> = remarks.iter().map(|remark| (remark.code.as_str(), remark.detail.as_str())).collect();
    assert_eq!(remarks, [("ampersand_kept_literally", ""), ("entity_kept_literally", "who")]);
}

#[test]
fn references_without_an_end_are_looked_for_nearby() {
    // A search to the end for each of them would take an hour.
    for reference in ["&", "&amp", "&#x"] {
        let value = reference.repeat((4 << 20) / reference.len());
        let document = format!("<a b='{value}'/>");
        let mut input = document.as_bytes();
        let mut xml = XmlReader::new(&mut input, &Limits::default(), Nul::Refuse).unwrap();
        assert_eq!(xml.root().unwrap().attribute("b").unwrap(), value);
    }
}

#[test]
fn names_are_short() {
    let long = "x".repeat(2000);
    assert_eq!(code(&format!("<{long}/>")), RefusalCode::EventTooLarge);
    // Inside a text, it is text.
    assert_eq!(read(&format!("<a><{long}/></a>")).unwrap().0, format!("<{long}/>"));
    assert_eq!(read(&format!("<a></{long}></a>")).unwrap().0, format!("</{long}>"));
}

#[test]
fn a_cut_document_names_what_is_open() {
    let refusal = read("<a>\n <b>").unwrap_err();
    assert_eq!((refusal.code, refusal.line, refusal.detail.as_str()), (RefusalCode::Truncated, Some(2), "<b> (5)"));
    for cut in
        ["<a", "<a b", "<a b='", "<a><![CDATA[ x", "<a><!-- x", "<a>&am", "<a></", "<a><?x", "<!DOCTYPE a [", "<a><!"]
    {
        assert_eq!(code(cut), RefusalCode::Truncated, "{cut}");
    }
}

#[test]
fn what_is_not_one_well_formed_document_is_refused() {
    for document in [
        "<a><b></a></b>",
        "<a></a><b></b>",
        "<a/>tail",
        "head<a/>",
        "<a b='1' b='2'/>",
        "<a b=1/>",
        "</a>",
        "<a/></a>",
        "<a>\0</a>",
    ] {
        assert_eq!(code(document), RefusalCode::Malformed, "{document}");
    }
}

#[test]
fn a_comment_before_the_declaration_is_forgiven() {
    let (text, remarks) = read("<!-- licence -->\n<?xml version='1.0'?><a>x</a>\n<!-- end -->\n").unwrap();
    assert_eq!((text.as_str(), remarks), ("x", vec!["declaration_not_first ".to_owned()]));
}

#[test]
fn doctypes_follow_the_policy() {
    assert!(read("<!DOCTYPE a [<!ELEMENT a ANY>]><a/>").is_ok());
    assert_eq!(code("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"), RefusalCode::EntityDeclared);
    assert_eq!(code("<!DOCTYPE a SYSTEM 'http://example.org/x.dtd'><a/>"), RefusalCode::ExternalDtd);
    assert_eq!(code("<a/><!DOCTYPE a>"), RefusalCode::Malformed);
}

#[test]
fn limits_hold() {
    let limits = Limits { max_depth: 3, max_event: 40, max_attributes: 2, ..Limits::default() };
    let code = |document: String| read_with(document.as_bytes(), &limits).unwrap_err().code;
    assert_eq!(code("<a><b><c><d/></c></b></a>".into()), RefusalCode::TooDeep);
    assert_eq!(code("<a x='' y='' z=''/>".into()), RefusalCode::TooManyAttributes);
    // Many small pieces add up to one large text.
    assert_eq!(code(format!("<a>{}</a>", "12345&amp;".repeat(10))), RefusalCode::EventTooLarge);
    // One event is stopped where it is read, before it is complete.
    let endless = format!("<a b='{}", "x".repeat(1 << 20));
    assert_eq!(code(endless), RefusalCode::EventTooLarge);
}

#[test]
fn latin_1_and_utf_16_are_read() {
    let latin: &[u8] = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xf1</a>";
    assert_eq!(read_with(latin, &Limits::default()).unwrap().0, "ñ");
    let wide: Vec<u8> =
        "\u{feff}<?xml version='1.0' encoding='UTF-16'?><a>ñ</a>".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(read_with(&wide, &Limits::default()).unwrap().0, "ñ");
}

#[test]
fn bad_bytes_are_counted() {
    let (text, remarks) = read_with(b"<a>\xff-\xff</a>", &Limits::default()).unwrap();
    assert_eq!((text.as_str(), remarks), ("\u{fffd}-\u{fffd}", vec!["bytes_replaced 2".to_owned()]));
}
