//! Commands that the operator's configuration allows.

use crate::support::{NOW, code, connector_in, exported, followed, imported, order, surroundings};
use model::scanner::{Capability, ConnectorKind, FaultCode, Phase};
use scanners::{
    CommandOutput, CommandRule, Connector, Found, Halt, Order, Remote, RunKey, Secret, Settings, Surroundings, Trust,
};
use std::path::Path;
use std::time::Duration;

/// A scanner in a few lines: what it does depends on its first argument.
const SCRIPT: &str = r#"#!/bin/sh
case "$1" in
  report) printf '<?xml version="1.0"?><OWASPZAPReport version="2.17.0" created="2026-11-23T16:08:35Z"><site name="http://%s" host="%s" port="80" ssl="false"><alerts><alertitem><pluginid>40012</pluginid><alert>XSS</alert><riskcode>3</riskcode><confidence>2</confidence><instances><instance><uri>http://%s/</uri><method>GET</method></instance></instances></alertitem></alerts></site></OWASPZAPReport>' "$2" "$2" "$2"; exit 1 ;;
  file) echo busy; printf 'written' > "$2" ;;
  flood) while :; do echo 0123456789012345678901234567890123456789; done ;;
  grow) while :; do echo 0123456789012345678901234567890123456789 >> "$2"; done ;;
  sleep) sleep 60 & echo "$!" > child; sleep 60 ;;
  fail) echo 'no such thing' >&2; exit 3 ;;
  environment) env ;;
  silent) exit 0 ;;
esac
"#;

fn rule(program: &Path, arguments: &[&str]) -> CommandRule {
    let writes = arguments.iter().any(|argument| argument.contains("{output}"));
    CommandRule {
        program: program.to_owned(),
        arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
        output: if writes { CommandOutput::File } else { CommandOutput::Stdout },
        time_limit: 20,
        max_output: 4096,
        ok: vec![0, 1],
        rules: Vec::new(),
        environment: [("SCANNER_MODE".to_owned(), "quiet".to_owned())].into(),
    }
}

struct Place {
    /// Removed at the end.
    _folder: tempfile::TempDir,
    around: Surroundings,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("scanner");
        std::fs::write(&program, SCRIPT).unwrap();
        std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let mut around = Surroundings { runs: folder.path().join("runs"), ..surroundings() };
        for (name, arguments) in [
            ("report", &["report", "{target}"][..]),
            ("file", &["file", "{output}"]),
            ("flood", &["flood"]),
            ("grow", &["grow", "{output}"]),
            ("sleep", &["sleep"]),
            ("fail", &["fail"]),
            ("environment", &["environment", "{targets}"]),
            ("silent", &["silent"]),
        ] {
            around.commands.insert(name.to_owned(), rule(&program, arguments));
        }
        Self { _folder: folder, around }
    }

    fn command(&self, name: &str) -> Box<dyn Connector> {
        let settings = Settings { command: Some(name.to_owned()), ..Settings::default() };
        connector_in(&self.around, ConnectorKind::Command, "", Secret::None, Trust::System, settings)
    }

    /// The same machine after a restart.
    fn restarted(&mut self) {
        self.around.processes = Surroundings::default().processes;
    }
}

/// Waits for a run to end.
async fn ended(command: &dyn Connector, order: &Order, remote: &mut Remote) -> Result<Phase, FaultCode> {
    for _ in 0..400 {
        let progress = command.advance(order, remote).await.map_err(|fault| fault.code)?;
        if progress.phase.is_over() {
            return Ok(progress.phase);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the run does not end");
}

#[tokio::test]
async fn a_command_runs_and_what_it_writes_is_imported() {
    let place = Place::new();
    let command = place.command("report");
    assert_eq!(command.probe(NOW).await.unwrap().can, Capability::Launch);
    let run = order("run-00000001", &["shop.example"]);
    assert_eq!(command.find(&run.key).await.unwrap(), Found::NotLaunched);
    let mut remote = command.launch(&run).await.unwrap();
    assert_eq!(
        ended(command.as_ref(), &run, &mut remote).await,
        Ok(Phase::Done),
        "a status of 1 says that it found something"
    );
    assert_eq!(command.launch(&run).await.unwrap(), remote, "it is not run twice");
    assert_eq!(command.find(&run.key).await.unwrap(), Found::Launched(remote.clone()));
    let (result, bytes) = exported(command.as_ref(), &remote).await.unwrap();
    assert_eq!((imported(&bytes).0, result.partial), (vec!["40012".to_owned()], false));
    let command = place.command("file");
    let run = order("run-00000002", &["shop.example"]);
    let mut remote = command.launch(&run).await.unwrap();
    followed_slowly(command.as_ref(), &run, &mut remote).await;
    assert_eq!(exported(command.as_ref(), &remote).await.unwrap().1, b"written");
}

async fn followed_slowly(command: &dyn Connector, order: &Order, remote: &mut Remote) {
    assert_eq!(ended(command, order, remote).await, Ok(Phase::Done));
    assert_eq!(followed(command, order, remote).await.unwrap().0, Phase::Done);
}

#[tokio::test]
async fn time_and_output_have_their_bounds() {
    let place = Place::new();
    for (name, expected) in
        [("flood", FaultCode::TooBig), ("grow", FaultCode::TooBig), ("fail", FaultCode::CommandFailed)]
    {
        let command = place.command(name);
        let run = order(&format!("run-{name}-1"), &["shop.example"]);
        let mut remote = command.launch(&run).await.unwrap();
        assert_eq!(ended(command.as_ref(), &run, &mut remote).await, Err(expected), "{name}");
    }
    let command = place.command("sleep");
    let run = Order { time_limit: Duration::from_millis(300), ..order("run-sleep-1", &["shop.example"]) };
    let mut remote = command.launch(&run).await.unwrap();
    assert_eq!(ended(command.as_ref(), &run, &mut remote).await, Err(FaultCode::TooLong));
    let child = std::fs::read_to_string(place.around.runs.join("run-sleep-1/child")).unwrap();
    let alive =
        || std::fs::read_to_string(format!("/proc/{}/stat", child.trim())).is_ok_and(|stat| !stat.contains(") Z "));
    for _ in 0..100 {
        if !alive() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(!alive(), "what it started ended with it");
    let command = place.command("silent");
    let run = order("run-silent-1", &["shop.example"]);
    let mut remote = command.launch(&run).await.unwrap();
    ended(command.as_ref(), &run, &mut remote).await.unwrap();
    assert_eq!(code(exported(command.as_ref(), &remote).await), FaultCode::ExportFailed);
}

#[tokio::test]
async fn a_command_is_canceled_and_does_not_outlive_a_restart() {
    let mut place = Place::new();
    let command = place.command("sleep");
    let run = order("run-00000001", &["shop.example"]);
    let mut remote = command.launch(&run).await.unwrap();
    assert_eq!(command.advance(&run, &remote).await.unwrap().phase, Phase::Running);
    assert_eq!(command.cancel(&remote).await.unwrap(), Halt::Asked);
    assert_eq!(ended(command.as_ref(), &run, &mut remote).await, Ok(Phase::Canceled));
    assert_eq!(command.cancel(&remote).await.unwrap(), Halt::Over);
    let run = order("run-00000002", &["shop.example"]);
    let remote = command.launch(&run).await.unwrap();
    place.restarted();
    let command = place.command("sleep");
    assert_eq!(command.find(&run.key).await.unwrap(), Found::CannotTell, "it may be running");
    assert_eq!(code(command.advance(&run, &remote).await), FaultCode::Gone);
    assert_eq!(code(command.launch(&run).await), FaultCode::LocalFile, "it is not started again");
    assert_eq!(command.find(&RunKey::new("another-run").unwrap()).await.unwrap(), Found::NotLaunched);
}

#[tokio::test]
async fn nothing_comes_from_a_page_but_plain_targets() {
    let place = Place::new();
    let command = place.command("environment");
    for odd in ["-x", "--help", "$(id)", "a b", "/etc/passwd"] {
        assert_eq!(code(command.launch(&order("run-00000001", &[odd])).await), FaultCode::Settings, "{odd}");
    }
    let two = order("run-00000002", &["a.example", "b.example"]);
    assert_eq!(code(place.command("report").launch(&two).await), FaultCode::Settings, "it takes one at a time");
    let mut remote = command.launch(&two).await.unwrap();
    ended(command.as_ref(), &two, &mut remote).await.unwrap();
    let environment = String::from_utf8(exported(command.as_ref(), &remote).await.unwrap().1).unwrap();
    let names: Vec<&str> = environment.lines().filter_map(|line| line.split('=').next()).collect();
    assert!(names.contains(&"SCANNER_MODE") && !names.iter().any(|name| name.starts_with("CARGO")), "{names:?}");
    let relative = CommandRule { program: "scanner".into(), ..rule(Path::new("/x"), &[]) };
    assert_eq!(code(relative.check()), FaultCode::Settings);
    let unwritten = CommandRule { output: CommandOutput::File, ..rule(Path::new("/x"), &[]) };
    assert_eq!(code(unwritten.check()), FaultCode::Settings);
    let stored = Remote::stored(r#"{"key":"../../etc/passwd"}"#.to_owned());
    assert_eq!(code(exported(command.as_ref(), &stored).await), FaultCode::Protocol);
}
