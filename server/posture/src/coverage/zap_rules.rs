//! Which ZAP rules scan actively and which passively: a frozen table, version 1.
//!
//! Source: the `scan_type` that each rule's page states in the front matter of `site/content/docs/alerts` in
//! zaproxy/zaproxy-website at commit e2c990f3d455 ("Active" and "Script Active"; "Passive" and "Script Passive").
//! Rules that need a browser or a WebSocket, tools and rules of later versions are unknown: nothing in a report says
//! whether they ran.

/// How a ZAP rule works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZapRule {
    /// It reads traffic, so it ran wherever the scan went.
    Passive,
    /// It attacks, so it ran only where the file proves active scanning.
    Active,
    /// Not in the table.
    Unknown,
}

/// The plugin of a ZAP rule, whatever the kind of its alert: `10038` of `10038-1`.
#[must_use]
pub fn zap_plugin(rule: &str) -> &str {
    rule.split('-').next().unwrap_or_default()
}

/// How the rule of a plugin id works.
#[must_use]
pub fn zap_rule(plugin: u32) -> ZapRule {
    if PASSIVE.binary_search(&plugin).is_ok() {
        ZapRule::Passive
    } else if ACTIVE.binary_search(&plugin).is_ok() {
        ZapRule::Active
    } else {
        ZapRule::Unknown
    }
}

const ACTIVE: &[u32] = &[
    0, 6, 7, 41, 42, 43, 10045, 10047, 10048, 10051, 10053, 10058, 10095, 10104, 10106, 10107, 10205, 20012, 20014,
    20015, 20016, 20017, 20018, 20019, 30001, 30002, 30003, 40003, 40008, 40009, 40012, 40013, 40014, 40015, 40016,
    40017, 40018, 40019, 40020, 40021, 40022, 40023, 40024, 40025, 40026, 40027, 40028, 40029, 40031, 40032, 40033,
    40034, 40035, 40036, 40038, 40039, 40040, 40041, 40042, 40043, 40044, 40045, 40046, 40047, 40048, 90017, 90018,
    90019, 90020, 90021, 90023, 90024, 90025, 90026, 90027, 90028, 90029, 90034, 90035, 90036, 90037, 90039, 100025,
    100026, 100029, 100030, 100043, 100044, 230000,
];

const PASSIVE: &[u32] = &[
    2, 3, 10003, 10009, 10010, 10011, 10015, 10016, 10017, 10019, 10020, 10021, 10023, 10024, 10025, 10026, 10027,
    10028, 10029, 10030, 10031, 10032, 10033, 10034, 10035, 10036, 10037, 10038, 10039, 10040, 10041, 10042, 10043,
    10044, 10046, 10049, 10050, 10052, 10054, 10055, 10056, 10057, 10061, 10062, 10063, 10070, 10094, 10096, 10097,
    10098, 10099, 10103, 10105, 10108, 10109, 10110, 10111, 10112, 10113, 10115, 10116, 10202, 90001, 90002, 90003,
    90004, 90005, 90011, 90022, 90030, 90033, 100002, 100003, 100004, 100005, 100006, 100007, 100008, 100009, 100010,
    100011, 100012, 100013, 100014, 100015, 100016, 100017, 100018, 100019, 100020, 100021, 100022, 100023, 100034,
    100035, 100036, 110009,
];

/// Active rules that test an origin once, at whatever path they choose: they extend ZAP's `AbstractHostPlugin` (zaproxy/zap-extensions,
/// `addOns/ascanrules`).
pub(super) const HOST_RULES: &[u32] = &[20015, 40028, 40035, 40042, 90034];

/// Active rules that look for a file in every folder that was visited: they extend ZAP's `AbstractAppFilePlugin`.
pub(super) const FILE_RULES: &[u32] = &[40029, 40032, 40034];
