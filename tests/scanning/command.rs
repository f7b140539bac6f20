//! A command that the operator's configuration allows, by schedule, from its process to the books.

use crate::office::{HOUR, Office, connector, schedule};
use model::RunState;
use model::view::scanning::{ConnectorDraft, ScheduleDraft};
use ports::Scanning as _;
use service::{CommandRule, Surroundings};
use tests::support::places;

fn rule(program: &str, arguments: &[&str]) -> CommandRule {
    CommandRule {
        program: program.into(),
        arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
        output: scanners::CommandOutput::Stdout,
        time_limit: 60,
        max_output: 1 << 20,
        ok: vec![0],
        rules: Vec::new(),
        environment: std::collections::BTreeMap::new(),
    }
}

tests::on_both! {
    async fn a_command_runs_by_schedule_and_its_sarif_is_in_the_books(engine: Engine) {
        let file = places::root().join("tests/fixtures/sarif/code.sarif");
        let commands = [
            ("semgrep".to_owned(), rule("/bin/cat", &[file.to_str().unwrap()])),
            ("broken".to_owned(), rule("/bin/sh", &["-c", "echo no licence >&2; exit 3"])),
        ];
        let surroundings = Surroundings { commands: commands.into(), ..Surroundings::default() };
        let office = Office::open_with(engine, surroundings).await;
        let page = office.session.connectors().await.unwrap();
        assert_eq!(page.commands, ["broken", "semgrep"], "a page chooses among names");
        for name in ["semgrep", "broken"] {
            let draft = ConnectorDraft {
                name: name.to_owned(),
                kind: "command".to_owned(),
                command: name.to_owned(),
                address: String::new(),
                key: String::new(),
                ..connector(name)
            };
            office.session.set_connector(draft).await.unwrap();
            let draft = ScheduleDraft { connector: name.to_owned(), choice: String::new(), ..schedule(name) };
            office.session.set_schedule(draft).await.unwrap();
        }
        let made_up = ConnectorDraft { kind: "command".to_owned(), command: "rm".to_owned(), address: String::new(), ..connector("rm") };
        assert!(office.session.set_connector(made_up).await.is_err(), "only what the configuration names");
        office.drive(HOUR, 60).await;
        let runs = office.runs().await;
        let of = |name: &str| runs.iter().find(|run| run.connector.1 == name).unwrap();
        assert_eq!(of("semgrep").state, RunState::Done, "{:?}", of("semgrep"));
        let page = office.run(of("semgrep").id).await;
        assert!(page.delta.unwrap().new.value > 0);
        let broken = of("broken");
        assert_eq!((broken.state, broken.reason.as_str()), (RunState::Failed, "command_failed"));
        assert!(broken.detail.contains("no licence"), "{}", broken.detail);
    }
}
