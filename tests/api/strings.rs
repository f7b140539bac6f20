//! What can be read of what is kept, with nothing but the files: no evidence, no original, no secret; in a backup nothing, nor in
//! a SQLite file of a program that was built with `SQLCipher`.

use crate::account::second_factor;
use tests::on_both;
use tests::support::{Engine, TestServer, people};

/// An export with words to look for.
const EXPORT: &str = r#"<?xml version="1.0" ?><NessusClientData_v2><Report name="a"><ReportHost name="lectura.example"><HostProperties>
<tag name="HOST_END_TIMESTAMP">1772442000</tag><tag name="host-ip">192.0.2.1</tag></HostProperties>
<ReportItem port="80" svc_name="www" protocol="tcp" severity="3" pluginID="100001" pluginName="TITULO-LEGIBLE" pluginFamily="F">
<synopsis>s</synopsis><description>PROSA-DEL-ESCANER-43</description><solution>u</solution>
<plugin_output>EVIDENCIA-MUY-SECRETA-42</plugin_output></ReportItem></ReportHost></Report></NessusClientData_v2>"#;

/// Whether bytes stand in others as they are, or as hexadecimal digits.
fn holds(all: &[u8], part: &[u8]) -> bool {
    let hex: String = part.iter().map(|byte| format!("{byte:02x}")).collect();
    [part, hex.as_bytes()].iter().any(|part| all.windows(part.len()).any(|window| window == *part))
}

on_both! {
    async fn nothing_that_is_sealed_can_be_read_in_what_is_kept(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut root = people::set_up(&server).await;
        root.import(&[("nombre-legible.nessus", EXPORT.as_bytes())]).await;
        // A sample for a mapping waits as a draft, an upload that cannot be read leaves what it was.
        root.import(&[("roto.nessus", &EXPORT.as_bytes()[..400])]).await;
        let token = root.act("/api/ui/add-token", &[("name", "t"), ("days", "30"), ("next", "/settings")]).await.expect(200);
        let token = token.json()["secret"].as_str().unwrap().to_owned();
        let reset = server.ask(&["user", "reset", "root"]);
        let reset = reset.lines().find_map(|line| line.strip_prefix("/welcome?token=")).unwrap().to_owned();
        let added = ["connector", "add", "Zap", "--kind", "zap", "--address", "http://127.0.0.1:9", "--confirm", "127.0.0.1"];
        let added = server.postura(&[&added[..], &["--key-stdin"]].concat(), "CLAVE-DEL-CONECTOR-44\n");
        let said = String::from_utf8_lossy(&added.stderr);
        assert!(matches!(added.status.code(), Some(0 | 2)), "{said}");
        assert!(server.ask(&["connector", "list"]).contains("Zap"), "{said}");
        let (seed, codes) = second_factor(&mut root).await;
        let cookie = root.cookies().values().find(|value| value.len() >= 32).unwrap().clone();
        let _ = server.ask(&["backup", "strings.backup"]);

        let backup = std::fs::read(server.folder().join("strings.backup")).unwrap();
        let kept = server.everything().await;
        let link = server.set_up_path().split_once("token=").unwrap().1.to_owned();
        let seed: String = seed.chars().filter(|c| !c.is_whitespace()).collect();
        let secrets = [
            "EVIDENCIA-MUY-SECRETA-42", "PROSA-DEL-ESCANER-43", "NessusClientData_v2", "CLAVE-DEL-CONECTOR-44",
            people::PASSWORD, &token, &token[token.len() - 24..], &reset, &link, &cookie, &seed, &codes[0],
        ];
        for secret in secrets {
            assert!(!holds(&kept, secret.as_bytes()), "{secret} can be read in the database");
            assert!(!holds(&backup, secret.as_bytes()), "{secret} can be read in the backup");
        }
        // What the README says can be read in the database unless its file is encrypted as a whole, and nowhere in a backup.
        let is_whole = cfg!(feature = "sqlcipher") && engine == Engine::Sqlite;
        for readable in ["TITULO-LEGIBLE", "lectura.example", "nombre-legible.nessus", "Rosa Root"] {
            let told = holds(&kept, readable.as_bytes());
            assert!(told != is_whole, "{readable} can be read: {told}; say so in the README");
            assert!(!holds(&backup, readable.as_bytes()), "{readable} can be read in the backup");
        }
        if is_whole {
            assert!(!holds(&kept, b"SQLite format 3") && !holds(&kept, b"CREATE TABLE"), "it can be read that it is SQLite's");
            return;
        }

        // Whoever changes what is sealed is found out, by name.
        server.execute(
            "UPDATE pack SET sealed = (SELECT c.sealed FROM blob_chunk c ORDER BY c.blob_id, c.seq LIMIT 1) \
             WHERE id = (SELECT MIN(id) FROM pack)",
        ).await;
        let found = server.postura(&["verify-ledger", "--evidence"], "");
        let said = String::from_utf8_lossy(&found.stdout);
        assert_eq!(found.status.code(), Some(1), "{said}");
        assert!(said.lines().any(|line| line.starts_with("pack ")), "{said}");
    }
}
