//! Nessus port range texts: `default`, `all`, `1-1024,8080`, `T:1-65535,U:53,161`.

/// Whether the text itself lists the port. Items without a prefix speak of TCP alone: a scanner looks at UDP only when
/// told to. `default` is a list that only the scanner knows, so it lists nothing.
pub(super) fn lists(text: &str, protocol: &str, port: u16) -> bool {
    let mut transport = 't';
    text.split(',').any(|item| {
        let item = match item.trim().split_once(':') {
            Some((prefix, rest)) => {
                transport = prefix.trim().chars().next().unwrap_or('t').to_ascii_lowercase();
                rest.trim()
            }
            None => item.trim(),
        };
        protocol.chars().next().is_some_and(|c| c.eq_ignore_ascii_case(&transport)) && contains(item, port)
    })
}

fn contains(item: &str, port: u16) -> bool {
    if item.eq_ignore_ascii_case("all") {
        return true;
    }
    match item.split_once('-') {
        Some((from, to)) => {
            let from = if from.trim().is_empty() { Ok(1) } else { from.trim().parse() };
            let to = if to.trim().is_empty() { Ok(u16::MAX) } else { to.trim().parse() };
            matches!((from, to), (Ok(from), Ok(to)) if (from..=to).contains(&port))
        }
        None => item.parse() == Ok(port),
    }
}
