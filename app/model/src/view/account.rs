//! Who is signed in, and the first run.

use crate::policy::{Action, Role};
use crate::text::Locale;
use crate::view::TeamRef;
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
