//! Who there is: teams, hosts and applications of Almadía, a company that does not exist.

/// A team of the company.
#[derive(Clone, Copy, Debug)]
pub struct Team {
    /// Its name.
    pub name: &'static str,
    /// The patterns of the assets that it owns.
    pub patterns: &'static [&'static str],
    /// Its lead: login and name.
    pub lead: (&'static str, &'static str),
    /// A member: login and name.
    pub member: (&'static str, &'static str),
    /// Weeks it takes to fix something of medium severity.
    pub pace: i64,
    /// Which hosts it runs.
    pub(super) hosts: Hosts,
}

/// A run of hosts of one kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hosts {
    /// `host-NN.almadia.example`.
    pub prefix: &'static str,
    /// `10.20.N.x`.
    pub subnet: u8,
    /// How many.
    pub count: u8,
    /// What runs there.
    pub kind: Kind,
    /// The week in which the scanner first knew of them.
    pub since: i64,
}

/// What runs on a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A Linux server with a web server.
    Web,
    /// A Linux server with a database.
    Database,
    /// A Windows server.
    Windows,
    /// A switch, printer or appliance.
    Appliance,
}

/// The teams. Infrastructure has most and is slowest; the intranet joined in the middle of the year.
pub const TEAMS: [Team; 5] = [
    Team {
        name: "Pagos",
        patterns: &["pay-*", "*://pay*", "*://checkout*"],
        lead: ("lucia", "Lucía Ferrer"),
        member: ("marcos", "Marcos Gil"),
        pace: 3,
        hosts: Hosts { prefix: "pay", subnet: 1, count: 10, kind: Kind::Web, since: 0 },
    },
    Team {
        name: "Portal",
        patterns: &["web-*", "*://portal*", "*://www*", "*://blog*"],
        lead: ("andres", "Andrés Molina"),
        member: ("sofia", "Sofía Rey"),
        pace: 6,
        hosts: Hosts { prefix: "web", subnet: 2, count: 14, kind: Kind::Web, since: 0 },
    },
    Team {
        name: "Infraestructura",
        patterns: &["srv-*", "db-*", "net-*"],
        lead: ("ines", "Inés Cano"),
        member: ("pablo", "Pablo Soto"),
        pace: 9,
        hosts: Hosts { prefix: "srv", subnet: 3, count: 18, kind: Kind::Windows, since: 0 },
    },
    Team {
        name: "API móvil",
        patterns: &["api-*", "*://api*", "*://m.*"],
        lead: ("noa", "Noa Vidal"),
        member: ("hugo", "Hugo Prieto"),
        pace: 4,
        hosts: Hosts { prefix: "api", subnet: 4, count: 8, kind: Kind::Database, since: 0 },
    },
    Team {
        name: "Intranet",
        patterns: &["erp-*", "*://intranet*", "*://erp*"],
        lead: ("carmen", "Carmen Ortiz"),
        member: ("dario", "Darío Luna"),
        pace: 7,
        hosts: Hosts { prefix: "erp", subnet: 5, count: 10, kind: Kind::Windows, since: 26 },
    },
];

/// An application: its origin and the pages that a spider finds.
#[derive(Clone, Copy, Debug)]
pub struct App {
    /// `https://name`.
    pub origin: &'static str,
    /// Paths.
    pub(super) paths: &'static [&'static str],
}

/// The applications.
pub const APPS: [App; 12] = [
    App { origin: "https://pay.almadia.example", paths: &["/", "/login", "/cards/{id}", "/transfer", "/history"] },
    App {
        origin: "https://portal.almadia.example",
        paths: &["/", "/search", "/profile/{id}", "/login", "/orders/{id}"],
    },
    App {
        origin: "https://api.almadia.example",
        paths: &["/v1/session", "/v1/items/{id}", "/v1/search", "/v1/export"],
    },
    App { origin: "https://checkout.almadia.example", paths: &["/", "/cart", "/coupon", "/confirm"] },
    App { origin: "https://www.almadia.example", paths: &["/", "/contact", "/press", "/jobs/{id}"] },
    App { origin: "https://blog.almadia.example", paths: &["/", "/post/{id}", "/comment", "/feed"] },
    App { origin: "https://intranet.almadia.example", paths: &["/", "/wiki/{id}", "/files", "/people"] },
    App { origin: "https://erp.almadia.example", paths: &["/", "/invoices/{id}", "/reports", "/upload"] },
    App { origin: "https://m.almadia.example", paths: &["/", "/login", "/offers", "/push"] },
    App { origin: "https://api-partners.almadia.example", paths: &["/v2/orders", "/v2/orders/{id}", "/v2/stock"] },
    App { origin: "https://status.almadia.example", paths: &["/", "/history"] },
    App { origin: "http://legacy.almadia.example:8080", paths: &["/", "/index.php", "/view.php", "/admin/"] },
];

/// A host of the company.
#[derive(Clone, Debug)]
pub(super) struct Host {
    /// Its number, for the story's dice.
    pub number: u64,
    pub name: String,
    pub ip: String,
    pub kind: Kind,
    pub team: usize,
    pub since: i64,
}

/// Every host. The last three of the infrastructure are databases, the three before them appliances.
pub(super) fn hosts() -> Vec<Host> {
    let mut hosts = Vec::new();
    for (team, Team { hosts: run, .. }) in TEAMS.iter().enumerate() {
        for index in 1..=run.count {
            let (prefix, kind) = match (run.prefix, run.count - index) {
                ("srv", 0..3) => ("db", Kind::Database),
                ("srv", 3..6) => ("net", Kind::Appliance),
                _ => (run.prefix, run.kind),
            };
            hosts.push(Host {
                number: u64::from(run.subnet) * 100 + u64::from(index),
                name: format!("{prefix}-{index:02}.almadia.example"),
                ip: format!("10.20.{}.{}", run.subnet, 10 + index),
                kind,
                team,
                since: run.since,
            });
        }
    }
    hosts
}
