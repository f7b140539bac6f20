//! No page asks the database much: the statements behind each page are counted in the server's log.

use crate::views;
use tests::support::people::{DEMO_PASSWORD, sign_in};
use tests::support::server::Options;
use tests::support::{Client, TestServer, demo};

/// The most statements that one page may take.
const MOST: usize = 12;

/// The statements that an address takes, asked for the first time.
async fn taken(server: &TestServer, client: &mut Client, address: &str) -> Vec<String> {
    let before = server.statements(0).await.len();
    let reply = client.get(address).await;
    assert!(matches!(reply.status, 200 | 302 | 303), "{address}: {}", reply.status);
    let taken = server.statements(before).await;
    // That evidence was read is written down once an hour; it is no question.
    taken.into_iter().filter(|statement| !statement.contains("audit")).collect()
}

tests::on_both! {
    async fn no_page_takes_more_than_twelve_statements(engine: Engine) {
        let server = demo::start_with(engine, Options { count: true, ..Options::default() }).await;
        let mut admin = sign_in(&server, "admin", DEMO_PASSWORD).await;
        let mut lead = sign_in(&server, "lucia", DEMO_PASSWORD).await;
        let addresses: Vec<String> = views::of(&mut admin).await.into_iter().map(|view| view.address).collect();
        // Whatever was remembered while the addresses were gathered is forgotten once the books move.
        admin.act("/api/ui/add-rule", &[("pattern", "no-such-host"), ("slug", "pagos"), ("next", "/")]).await.expect(200);
        let mut counted = Vec::new();
        for address in &addresses {
            counted.push((taken(&server, &mut admin, address).await, "admin", address.as_str()));
        }
        for address in ["/", "/posture", "/my-team", "/findings", "/findings?group=issue", "/teams", "/settings"] {
            counted.push((taken(&server, &mut lead, address).await, "a lead", address));
        }
        counted.sort_unstable_by(|a, b| (b.0.len(), b.2).cmp(&(a.0.len(), a.2)));
        let mut many = Vec::new();
        for (statements, who, address) in &counted {
            println!("{:>3} {who:<7} {address}", statements.len());
            if statements.len() > MOST {
                many.push(format!("{} for {who} at {address}:\n    {}", statements.len(), statements.join("\n    ")));
            }
        }
        assert!(counted.iter().any(|(statements, ..)| statements.len() > 2), "the statements are counted");
        assert!(many.is_empty(), "more than {MOST} statements:\n{}", many.join("\n"));
    }
}
