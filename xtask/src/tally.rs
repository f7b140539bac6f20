//! What the tests said: passed, failed, ignored, and how many ran on each database.

use std::collections::BTreeSet;
use std::fmt;

/// The beginning of the line that a test prints when what it needs is not there: what is absent, and what was left out for that,
/// as in `SKIPPED (shared absent): exports`.
const SKIPPED: &str = "SKIPPED (";

/// Counts the lines that test programs print, as `--show-output` makes them.
#[derive(Default)]
pub struct Tally {
    passed: usize,
    failed: Vec<String>,
    ignored: Vec<String>,
    sqlite: BTreeSet<String>,
    postgres: BTreeSet<String>,
    skipped: BTreeSet<String>,
    programs: usize,
    in_output_of_passed: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Engine {
    Sqlite,
    Postgres,
}

impl Tally {
    /// Takes one line, and says whether it is worth showing: the output of tests that passed is not.
    pub fn observe(&mut self, line: &str) -> bool {
        if let Some(which) = line.trim_start().strip_prefix(SKIPPED) {
            self.skipped.insert(which.to_owned());
            return true;
        }
        if line == "successes:" {
            self.in_output_of_passed = true;
        } else if line == "failures:" || line.starts_with("test result: ") {
            self.in_output_of_passed = false;
        }
        if self.in_output_of_passed {
            return false;
        }
        if is_count_of_tests(line) {
            self.programs += 1;
        } else if let Some((name, outcome)) = outcome_of(line) {
            self.count(name, outcome);
        }
        true
    }

    fn count(&mut self, name: &str, outcome: &str) {
        if outcome.starts_with("ignored") {
            self.ignored.push(name.to_owned());
            return;
        }
        if let Some((engine, general)) = engine_of(name) {
            let tests = if engine == Engine::Sqlite { &mut self.sqlite } else { &mut self.postgres };
            tests.insert(format!("{} of test program {}", general, self.programs));
        }
        if outcome == "ok" { self.passed += 1 } else { self.failed.push(name.to_owned()) }
    }

    /// What is wrong with the run beyond failed tests; empty if nothing.
    pub fn objections(&self) -> Vec<String> {
        let mut objections = Vec::new();
        if self.passed == 0 && self.failed.is_empty() {
            objections.push("no test ran".to_owned());
        }
        objections.extend(self.ignored.iter().map(|name| format!("ignored: {name}")));
        objections.extend(self.sqlite.difference(&self.postgres).map(|name| format!("not on PostgreSQL: {name}")));
        objections.extend(self.postgres.difference(&self.sqlite).map(|name| format!("not on SQLite: {name}")));
        objections
    }
}

/// The summary that ends a run.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of_engines = self.sqlite.len() + self.postgres.len();
        let neither = (self.passed + self.failed.len()).saturating_sub(of_engines);
        writeln!(f, "tests: {} passed, {} failed, {} ignored", self.passed, self.failed.len(), self.ignored.len())?;
        writeln!(f, "  on SQLite           {:>6}", self.sqlite.len())?;
        writeln!(f, "  on PostgreSQL       {:>6}", self.postgres.len())?;
        writeln!(f, "  without a database  {neither:>6}")?;
        for name in &self.failed {
            writeln!(f, "  failed: {name}")?;
        }
        for which in &self.skipped {
            writeln!(f, "  skipped ({which}")?;
        }
        Ok(())
    }
}

/// True for `running 3 tests`, with which each test program begins.
fn is_count_of_tests(line: &str) -> bool {
    line.strip_prefix("running ").is_some_and(|rest| rest.ends_with(" tests") || rest.ends_with(" test"))
}

/// The name and outcome of `test a::b ... ok`.
fn outcome_of(line: &str) -> Option<(&str, &str)> {
    let (name, outcome) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    Some((name, outcome))
}

/// The database that a test's name says it runs on, and the name without it: a part of the path, or its ending.
fn engine_of(name: &str) -> Option<(Engine, String)> {
    for (engine, word) in [(Engine::Sqlite, "sqlite"), (Engine::Postgres, "postgres")] {
        let parts: Vec<&str> = name.split("::").collect();
        if parts.contains(&word) {
            let general: Vec<&str> = parts.iter().map(|part| if *part == word { "*" } else { part }).collect();
            return Some((engine, general.join("::")));
        }
        if let Some(general) = name.strip_suffix(word).and_then(|rest| rest.strip_suffix('_')) {
            return Some((engine, format!("{general}_*")));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(lines: &str) -> Tally {
        let mut tally = Tally::default();
        for line in lines.lines() {
            tally.observe(line);
        }
        tally
    }

    #[test]
    fn tests_are_counted_by_database() {
        let tally = tally(
            "running 5 tests\ntest undo::sqlite::twice ... ok\ntest undo::postgres::twice ... ok\n\
             test lists_sqlite ... ok\ntest lists_postgres ... FAILED\ntest words ... ok\n",
        );
        assert_eq!(tally.objections(), Vec::<String>::new());
        assert_eq!(
            tally.to_string(),
            "tests: 4 passed, 1 failed, 0 ignored\n  on SQLite                2\n  on PostgreSQL            2\n  \
             without a database       1\n  failed: lists_postgres\n"
        );
    }

    #[test]
    fn a_test_of_one_database_alone_is_objected_to() {
        let tally = tally(
            "running 2 tests\ntest a_sqlite ... ok\ntest b_sqlite ... ok\nrunning 1 test\ntest a_postgres ... ok\n",
        );
        assert_eq!(tally.objections().len(), 3, "the same name in another test program is another test");
    }

    #[test]
    fn an_ignored_test_is_objected_to() {
        let tally = tally("running 2 tests\ntest a ... ok\ntest b ... ignored, slow\n");
        assert_eq!(tally.objections(), ["ignored: b"]);
    }

    #[test]
    fn a_run_without_tests_is_objected_to() {
        assert_eq!(tally("running 0 tests\n").objections(), ["no test ran"]);
    }

    #[test]
    fn output_of_passed_tests_is_hidden_and_not_counted() {
        let mut tally = Tally::default();
        let lines = [
            ("running 1 test", true),
            ("test a ... ok", true),
            ("successes:", false),
            ("---- a stdout ----", false),
            ("test forged ... ignored", false),
            ("SKIPPED (shared absent): exports", true),
            ("SKIPPED (scanner absent): wapiti", true),
            ("successes:", false),
            ("    a", false),
            ("test result: ok. 1 passed; 0 failed; 0 ignored", true),
        ];
        for (line, shown) in lines {
            assert_eq!(tally.observe(line), shown, "{line}");
        }
        assert_eq!(tally.objections(), Vec::<String>::new());
        let said = tally.to_string();
        assert!(said.ends_with("  skipped (scanner absent): wapiti\n  skipped (shared absent): exports\n"), "{said}");
    }

    #[test]
    fn doc_tests_and_should_panic_lines_have_names() {
        assert_eq!(outcome_of("test src/lib.rs - a (line 3) ... ok"), Some(("src/lib.rs - a (line 3)", "ok")));
        assert_eq!(outcome_of("test result: ok. 1 passed"), None);
    }
}
