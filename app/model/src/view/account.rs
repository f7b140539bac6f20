//! Who is signed in, and the first run.

use crate::policy::{Action, Role};
use crate::text::Locale;
use crate::view::{PersonRef, Stamp, TeamRef};
use serde::{Deserialize, Serialize};

/// The signed-in person, as the shell of every page needs them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// Their id.
    pub id: i64,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// Their teams.
    pub teams: Vec<TeamRef>,
    /// Everything that their role may do somewhere, so that pages offer only that. The server checks again.
    pub may: Vec<Action>,
}

impl Me {
    /// Whether a page should offer this action.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        self.may.contains(&action)
    }
}

/// What the shell needs to draw any page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shell {
    /// The signed-in person, if any.
    pub me: Option<Me>,
    /// The organisation's name; the product's before the set-up.
    pub organisation: String,
    /// The language of this request.
    pub locale: Locale,
    /// The theme asked for: `light`, `dark`, or empty for the system's.
    pub theme: String,
    /// True while no administrator exists.
    pub needs_setup: bool,
    /// True if the program runs on demo data.
    pub demo: bool,
    /// What people call the identity provider, if one can sign in there.
    pub provider: Option<String>,
}

/// What the set-up page sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetUp {
    /// The one-time token of the link.
    pub token: String,
    /// The organisation's name.
    pub organisation: String,
    /// IANA zone in which days are cut.
    pub zone: String,
    /// The administrator's login (an e-mail address or a word).
    pub login: String,
    /// The administrator's name.
    pub name: String,
    /// The password, twelve characters or more.
    pub password: String,
    /// The organisation's language.
    pub locale: Locale,
}

/// What a sign-in gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The session's token, for the cookie.
    pub token: String,
    /// Whether the session waits for a second factor.
    pub pending: bool,
}

/// The page of one's own account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountPage {
    /// One's name.
    pub name: String,
    /// One's login.
    pub login: String,
    /// One's role.
    pub role: Role,
    /// One's second factor.
    pub second: SecondFactor,
    /// One's sessions.
    pub sessions: Vec<SessionRow>,
    /// What people call the identity provider, if one can sign in there.
    pub provider: Option<String>,
}

/// How a second factor stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SecondFactor {
    /// There is none.
    Off,
    /// Its seed is there, and waits for the first code.
    Begun {
        /// The seed in base 32.
        seed: String,
        /// The seed's address as a picture; our own output.
        picture: String,
    },
    /// It is in force.
    On {
        /// Since when.
        since: Stamp,
        /// How many recovery codes are left.
        codes: i64,
    },
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// The first bytes of its token's hash, by which it can be ended.
    pub id: String,
    /// The browser as it named itself, bounded.
    pub agent: String,
    /// Where from.
    pub network: String,
    /// When it began.
    pub began: Stamp,
    /// Last seen.
    pub seen: Stamp,
    /// Whether it is this one.
    pub current: bool,
}

/// What a link to choose a password leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WelcomePage {
    /// Whose link it is, by name and login; `None` if it has ended, was used, or never was.
    pub who: Option<(String, String)>,
}

/// The page of people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeoplePage {
    /// Everybody.
    pub people: Vec<PersonRow>,
    /// Whether the viewer may change anything.
    pub may_manage: bool,
}

/// A person in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    /// Who.
    pub person: PersonRef,
    /// As what.
    pub role: Role,
    /// Teams' names.
    pub teams: Vec<String>,
    /// Whether they may sign in.
    pub enabled: bool,
    /// Whether they have a second factor.
    pub second: bool,
}
