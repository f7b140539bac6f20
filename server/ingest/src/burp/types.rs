//! The numbers of Burp's types of issues, for reports that give their names.

/// Lines `number<TAB>name`, and comments.
const TYPES: &str = include_str!("../../data/burp_types.txt");

/// The type of every issue that an extension reports.
pub const EXTENSION: &str = "134217728";

/// The number of the type of that name; the type of extensions if Burp has none of it.
pub fn of_name(name: &str) -> &'static str {
    let types = TYPES.lines().filter_map(|line| line.split_once('\t'));
    types
        .filter(|(_, known)| known.eq_ignore_ascii_case(name.trim()))
        .map(|(number, _)| number)
        .next()
        .unwrap_or(EXTENSION)
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
    use std::collections::HashSet;

    #[test]
    fn names_and_addresses_give_the_number_of_the_xml() {
        assert_eq!(of_name("Cross-site scripting (reflected)"), "2097920");
        assert_eq!(of_name(" tls certificate"), "16777472");
        assert_eq!(of_name("SSL certificate"), "16777472");
        assert_eq!(of_name("WAF detected"), EXTENSION);
        let base = "https://portswigger.net";
        for path in ["/knowledgebase/issues/details/00200300_crosssitescriptingreflected", "/kb/issues/00200300_x_y"] {
            assert_eq!(of_address(&format!("{base}{path}")).as_deref(), Some("2097920"));
        }
        for address in ["", "00200300_x", "https://example.com/200300_x", "https://example.com/0020030g_x", "/a/b"] {
            assert_eq!(of_address(address), None, "{address}");
        }
    }

    #[test]
    fn every_name_stands_once() {
        let lines = TYPES.lines().filter(|line| !line.starts_with('#'));
        let names: Vec<&str> = lines.map(|line| line.split_once('\t').unwrap().1).collect();
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
        assert!(names.len() > 175);
    }
}
