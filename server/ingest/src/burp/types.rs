//! The numbers of Burp's types of issue, for exports that leave them out.

/// Number and name, one a line.
static TABLE: &str = include_str!("../../data/burp_types.tsv");

/// The type of every issue that an extension reports.
pub const EXTENSION: &str = "134217728";

/// The number of the type that is published under this name, as XML's `type` writes it.
pub fn of_name(name: &str) -> Option<&'static str> {
    let types = TABLE.lines().filter_map(|line| line.split_once('\t'));
    types.filter(|(_, known)| known.eq_ignore_ascii_case(name.trim())).map(|(number, _)| number).next()
}

/// The number of the type that an address of Burp's knowledge base is about: its last part begins with the number in eight
/// hexadecimal digits, as in `…/issues/details/00200300_crosssitescriptingreflected` and `…/kb/issues/00200300_…`.
pub fn of_address(address: &str) -> Option<String> {
    let (_, last) = address.rsplit_once('/')?;
    let (digits, _) = last.split_once('_').filter(|(digits, _)| digits.len() == 8)?;
    u32::from_str_radix(digits, 16).ok().map(|number| number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_for_one_number_each() {
        assert_eq!(of_name("Cross-site scripting (reflected)"), Some("2097920"));
        assert_eq!(of_name("sql Injection"), Some("1049088"));
        assert_eq!([" tls certificate", "SSL certificate"].map(of_name), [Some("16777472"); 2]);
        for name in ["", "Cross-site scripting", "Finding", "WAF detected", "Extension generated issue"] {
            assert_eq!(of_name(name), None, "{name}");
        }
        let names: Vec<&str> = TABLE.lines().filter_map(|line| line.split_once('\t')).map(|(_, name)| name).collect();
        assert_eq!(names.len(), 181);
        assert!(names.iter().all(|name| names.iter().filter(|other| other.eq_ignore_ascii_case(name)).count() == 1));
    }

    #[test]
    fn addresses_give_the_number_of_the_xml() {
        let base = "https://portswigger.net";
        for path in ["/knowledgebase/issues/details/00200300_crosssitescriptingreflected", "/kb/issues/00200300_x_y"] {
            assert_eq!(of_address(&format!("{base}{path}")).as_deref(), Some("2097920"));
        }
        for address in ["", "00200300_x", "https://example.com/200300_x", "https://example.com/0020030g_x", "/a/b"] {
            assert_eq!(of_address(address), None, "{address}");
        }
    }
}
