//! The pages of assets: every number has exactly its rows, now and in the past, for those who see all and for a lead; the
//! inventory comes in by a page without a script and by the command line, and goes out again.

use crate::NESSUS;
use std::collections::BTreeMap;
use tests::on_both;
use tests::support::html::{self, Link};
use tests::support::people::{DEMO_PASSWORD, sign_in};
use tests::support::{Client, TestServer, demo, people, places};

/// What a link to a list says: a number, or a percentage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Number(i64),
    Percent(i64),
}

/// The links of a page that lead to lists and say a number.
fn said(page: &str) -> Vec<(Link, Said)> {
    let lists = |link: &Link| {
        let path = link.href.split('?').next().unwrap_or_default();
        path == "/assets" || path == "/findings"
    };
    let main = page.split_once("<main").map_or(page, |(_, main)| main);
    html::links(main)
        .into_iter()
        .filter(lists)
        .filter_map(|link| {
            let percent = link.text.contains('%');
            let digits = link.text.split_whitespace().find_map(html::number)?;
            Some((link, if percent { Said::Percent(digits) } else { Said::Number(digits) }))
        })
        // The tags, pills and examples of the filter say no numbers; a help text may.
        .filter(|(link, _)| !link.text.starts_with('#'))
        .collect()
}

async fn check(client: &mut Client, page: &str) -> usize {
    let body = client.get(page).await.expect(200).body;
    let links = said(&body);
    let mut counted: BTreeMap<String, i64> = BTreeMap::new();
    for (link, _) in &links {
        if !counted.contains_key(&link.href) {
            let rows = i64::try_from(client.rows(&link.href).await.len()).unwrap();
            counted.insert(link.href.clone(), rows);
        }
    }
    for (link, said) in &links {
        let rows = counted[&link.href];
        match said {
            Said::Number(number) => assert_eq!(*number, rows, "{page}: {link:?}"),
            // A percentage is of what is in scope there: more rows cannot be less.
            Said::Percent(percent) => assert_eq!(*percent == 0, rows == 0 || *percent == 0, "{page}: {link:?}"),
        }
    }
    links.len()
}

/// The sentence's percentages are its rows over the scope's.
async fn sentence(client: &mut Client, page: &str) {
    let body = client.get(page).await.expect(200).body;
    let (_, rest) = body.split_once("<p class=\"p-say\">").unwrap();
    let links = html::links(rest.split_once("</p>").unwrap().0);
    let [tested, scope, inside, blind] = &links[..4] else { panic!("{links:?}") };
    let mut rows = Vec::new();
    for link in [tested, scope, inside, blind] {
        rows.push(i64::try_from(client.rows(&link.href).await.len()).unwrap());
    }
    let percent = |part: i64| (200 * part + rows[1]) / (2 * rows[1]);
    let number = |link: &Link| link.text.split_whitespace().find_map(html::number).unwrap();
    assert_eq!(
        (number(tested), number(scope), number(inside), number(blind)),
        (percent(rows[0]), rows[1], percent(rows[2]), rows[3]),
        "{page}"
    );
    assert_eq!(rows[0] + rows[3], rows[1], "{page}");
}

on_both! {
    async fn every_number_of_the_demos_assets_has_exactly_its_rows(engine: Engine) {
        let server = demo::start(engine).await;
        let mut admin = sign_in(&server, "admin", DEMO_PASSWORD).await;
        let mut lead = sign_in(&server, "lucia", DEMO_PASSWORD).await;
        let past = "as-of:2026-06-30";
        let pages = [
            "/assets".to_owned(),
            "/assets?q=tested:never".to_owned(),
            "/assets?q=criticality:critical&sort=criticality".to_owned(),
            format!("/assets?q=team:pagos+{past}"),
            "/assets/coverage".to_owned(),
            "/assets/coverage?q=team:pagos".to_owned(),
            "/assets/coverage?q=team:portal&days=7".to_owned(),
            format!("/assets/coverage?q={past}"),
        ];
        let mut numbers = 0;
        for page in &pages {
            numbers += check(&mut admin, page).await;
        }
        assert!(numbers > 200, "{numbers}");
        assert!(check(&mut lead, "/assets").await > 20);
        assert!(check(&mut lead, "/assets/coverage").await >= 4, "the sentence alone has four");
        for page in ["/assets", "/assets/coverage", "/assets/coverage?days=7", "/assets?q=exposure:internet", &format!("/assets/coverage?q={past}")] {
            sentence(&mut admin, page).await;
        }
        sentence(&mut lead, "/assets/coverage").await;
        let asset = admin.rows("/assets?q=criticality:critical+team:pagos").await.remove(0);
        check(&mut admin, &format!("/assets/{asset}")).await;
        check(&mut admin, &format!("/assets/{asset}?q={past}")).await;
        assert!(server.postura(&["verify-ledger"], "").status.success());
    }

    async fn an_inventory_is_looked_at_and_applied_without_a_script(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        people::team(&mut admin, "Pagos", &[], &[]).await;
        admin.import(&[("full.nessus", &places::fixture(NESSUS))]).await;
        let known = admin.rows("/assets").await.len();
        assert!(known > 0);
        let csv = "Nombre;URL;Criticidad;Etiquetas;Equipo;Coste\nnew-1;;alta;pci web;Pagos;9\n;https://shop.example;;;;\nbad one;;alta;;;\nx;;enorme;;;\ny;;;;Nadie;\nnew-1;;;;;\nlocalhost;;;;;\n";
        let taken = admin.inventory("inventario.csv", csv.as_bytes()).await;
        assert_eq!((taken.status, taken.location()), (303, "/assets/inventory"));
        let page = admin.get("/assets/inventory").await.expect(200).body;
        for word in ["new-1", "https://shop.example", "Coste", "enorme", "Nadie", "inventario.csv"] {
            assert!(page.contains(word), "{word}");
        }
        // Looking changes nothing.
        assert_eq!(admin.rows("/assets").await.len(), known);
        let applied = admin.form("/api/ui/apply-inventory", &[("next", "/assets/inventory")]).await;
        assert!(applied.location().starts_with("/assets?done=inventory&n=3"), "{}", applied.location());
        assert_eq!(admin.rows("/assets").await.len(), known + 3);
        assert_eq!(admin.rows("/assets?q=is:declared").await.len(), 3);
        let asset = admin.rows("/assets?q=tag:pci+team:pagos+tested:never").await;
        assert_eq!(asset.len(), 1);
        let page = admin.get(&format!("/assets/{}", asset[0])).await.expect(200).body;
        assert!(page.contains("inventario.csv") && page.contains("Pagos"));
        // One by one, from today.
        let id = asset[0].as_str();
        let next = format!("/assets/{id}");
        let form = [("id", id), ("criticality", "low"), ("tags", "Quiet"), ("declared", "on"), ("owner", ""), ("next", &next)];
        let said = admin.form("/api/ui/say-of-asset", &form).await;
        assert!(said.location().contains("done=asset_said"), "{}", said.location());
        assert_eq!(admin.rows("/assets?q=tag:quiet+criticality:low+team:none").await, [id]);
        let form = [("id", id), ("environment", "two words"), ("next", &next)];
        let refused = admin.form("/api/ui/say-of-asset", &form).await;
        assert!(refused.location().contains("field=environment"), "{}", refused.location());
        // A file that cannot be read at all says so on the page.
        admin.inventory("x.csv", b"cost\n9\n").await;
        let page = admin.get("/assets/inventory").await.expect(200).body;
        assert!(page.contains("p-banner-error"));
        let dropped = admin.form("/api/ui/drop-inventory", &[("next", "/assets/inventory")]).await;
        assert!(dropped.location().contains("done=inventory_dropped"));
        assert!(!admin.get("/assets/inventory").await.expect(200).body.contains("p-banner-error"));
        assert!(!server.log().contains("ERROR"), "{}", server.log());
    }

    async fn an_inventory_goes_out_and_comes_in_the_same(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        admin.import(&[("full.nessus", &places::fixture(NESSUS))]).await;
        let csv = "name,address,criticality,exposure,environment,tags\nw1.example,10.9.9.9,critical,internet,prod,\"a b\"\nw2.example,10.9.9.300,,,,\n";
        let dry = server.postura(&["inventory", "load", "--dry-run", "-"], csv);
        assert_eq!(dry.status.code(), Some(2), "{}", String::from_utf8_lossy(&dry.stderr));
        let told = String::from_utf8_lossy(&dry.stdout).into_owned();
        assert!(told.contains("1 new, 0 changed, 0 the same, 1 set aside (nothing was changed)"), "{told}");
        assert!(String::from_utf8_lossy(&dry.stderr).contains("line 3: Not an IP address."));
        let done = server.postura(&["inventory", "load", "-"], csv);
        assert_eq!(done.status.code(), Some(2));
        let out = server.postura(&["inventory", "export"], "");
        assert!(out.status.success());
        let written = String::from_utf8(out.stdout).unwrap();
        assert!(written.contains("ip:10.9.9.9@default,w1.example,default,critical,internet,prod,a b,,yes"), "{written}");
        assert_eq!(admin.get("/assets/inventory.csv").await.expect(200).body, written);
        let again = server.postura(&["inventory", "load", "-"], &written);
        assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
        let told = String::from_utf8_lossy(&again.stdout).into_owned();
        assert!(told.starts_with("0 new, 0 changed,"), "{told}");
        let explained = server.postura(&["metrics", "--explain", "coverage"], "");
        assert!(String::from_utf8_lossy(&explained.stdout).starts_with("coverage: Coverage\n"));
    }
}
