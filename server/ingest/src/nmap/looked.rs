//! What a host's answers prove of what is absent: ports that were closed, places where something answered, scripts that ran.
//!
//! Each is a line that `posture::coverage` reads: `closed T:1-79,81`, `filtered U:53`, `unsure U:123`, `answered tcp/80`,
//! `ran http-csrf tcp/80`, `failed http-git tcp/80`. The host itself is no place: `ran smb-os-discovery`. A script that says
//! nothing has no line: it may not have run.

use model::facts::Place;
use std::collections::BTreeMap;

/// The longest text of ports that is kept a state and protocol, in bytes: what is beyond is as if nobody had looked at it. Every
/// second of all ports is some 190 KB.
const MAX_PORTS: usize = 256 << 10;
/// How many lines are kept of a host.
const MAX_LINES: usize = 20_000;
/// The longest name of a script, in bytes.
const MAX_NAME: usize = 100;

/// What a script came to at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// It ran to its end, and said what it saw.
    Ran,
    /// It says in words that it found nothing, which it also does where nobody answers.
    FoundNothing,
    /// It broke off, or could not decide.
    Failed,
}

/// What was looked at on a host.
#[derive(Debug, Default)]
pub struct Looked {
    /// Ports by what they were found to be, and by the letter of their protocol.
    ports: BTreeMap<(&'static str, char), String>,
    lines: Vec<String>,
    /// Whether anything of the host answered: one that is told to be up by the command line need not be there.
    pub answered: bool,
}

impl Looked {
    /// Ports that were found in a state, as one number or as a range text. Of open ones nothing is absent; a state that says that
    /// Nmap does not know is no proof, and neither is one that this reader does not know.
    pub fn ports(&mut self, state: &str, protocol: &str, ports: &str) {
        self.answered |= matches!(state, "open" | "closed" | "unfiltered");
        let found = match state {
            "open" => return,
            "closed" => "closed",
            "filtered" => "filtered",
            _ => "unsure",
        };
        let Some(letter) = letter(protocol) else { return };
        let plain = ports.bytes().all(|byte| byte.is_ascii_digit() || b",-".contains(&byte));
        let known = self.ports.entry((found, letter)).or_default();
        if plain && !ports.is_empty() && known.len() + ports.len() < MAX_PORTS {
            if !known.is_empty() {
                known.push(',');
            }
            known.push_str(ports);
        }
    }

    /// What scripts came to at a place, and whether the service there was recognized by its own answer. `timed` says that scripts
    /// were stopped after a time, which the report does not show: then silence means nothing.
    pub fn place(&mut self, place: &Place, scripts: &[(String, Came)], recognized: bool, timed: bool) {
        let place = written(place);
        let answered = recognized || scripts.iter().any(|(_, came)| *came == Came::Ran);
        self.answered |= answered;
        if answered && !timed && !place.is_empty() {
            self.line(&["answered", &place]);
        }
        for (script, came) in scripts {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            if script.len() > MAX_NAME || !script.bytes().all(plain) {
                continue;
            }
            match came {
                Came::Ran => self.line(&["ran", script, &place]),
                Came::FoundNothing if answered => self.line(&["ran", script, &place]),
                Came::FoundNothing => {}
                Came::Failed => self.line(&["failed", script, &place]),
            }
        }
    }

    fn line(&mut self, words: &[&str]) {
        if self.lines.len() < MAX_LINES {
            self.lines.push(words.join(" ").trim_end().to_owned());
        }
    }

    /// The lines, sorted and distinct.
    pub fn lines(self) -> Vec<String> {
        let ports = self.ports.into_iter().filter(|(_, ports)| !ports.is_empty());
        let ports = ports.map(|((found, letter), ports)| format!("{found} {letter}:{ports}"));
        let mut lines: Vec<String> = ports.chain(self.lines).collect();
        lines.sort_unstable();
        lines.dedup();
        lines
    }
}

/// The letter by which a range text names a protocol, whether it is written out or not; `None` for those without ports.
fn letter(protocol: &str) -> Option<char> {
    protocol.chars().next().map(|first| first.to_ascii_uppercase()).filter(|first| "TUS".contains(*first))
}

fn written(place: &Place) -> String {
    match place {
        Place::Port { protocol, port, .. } => format!("{protocol}/{port}"),
        _ => String::new(),
    }
}
