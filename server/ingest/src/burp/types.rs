//! Burp's types of issue by their names, for exports that leave the number out.

/// Number and name, one a line.
static TABLE: &str = include_str!("../../data/burp_types.tsv");

/// The number of the type that is published under this name, as XML's `type` writes it.
pub fn of_name(name: &str) -> Option<&'static str> {
    let types = TABLE.lines().filter_map(|line| line.split_once('\t'));
    types.filter(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(number, _)| number).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_for_one_number_each() {
        assert_eq!(of_name("Cross-site scripting (reflected)"), Some("2097920"));
        assert_eq!(of_name("sql Injection"), Some("1049088"));
        assert_eq!((of_name(""), of_name("Cross-site scripting"), of_name("Finding")), (None, None, None));
        let names: Vec<&str> = TABLE.lines().filter_map(|line| line.split_once('\t')).map(|(_, name)| name).collect();
        assert_eq!(names.len(), 183);
        assert!(names.iter().all(|name| names.iter().filter(|other| other.eq_ignore_ascii_case(name)).count() == 1));
    }
}
