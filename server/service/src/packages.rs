//! The packages of other people's that the program is built of, and when they were last compared with known vulnerabilities.
//! The build compares its lock file with the one of then, so that the page of Postura's own security never boasts of a
//! comparison with other packages.

/// How many packages of other people's a lock file names, and a fingerprint of their names and versions (FNV-1a, 64 bits:
/// nothing secret depends on it).
#[must_use]
pub fn fingerprint(lock: &str) -> (usize, String) {
    let mut named: Vec<String> = lock
        .split("[[package]]")
        .skip(1)
        .filter(|package| package.contains("\nsource = "))
        .map(|package| {
            let value = |key: &str| package.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default().trim();
            format!("{} {}\n", value("name ="), value("version ="))
        })
        .collect();
    named.sort_unstable();
    let hash = named
        .iter()
        .flat_map(|line| line.bytes())
        .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    (named.len(), format!("{hash:016x}"))
}
