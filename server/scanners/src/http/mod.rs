//! The one door to the outside: what Postura sends over the network goes through here, to scanners as to anything else.
//!
//! - A name is resolved, each address judged ([`guard`]), and the connection made to an address that was judged, so that a name
//!   which means something else a moment later leads nowhere. Addresses that are not public need an administrator's confirmation,
//!   one by one; some are refused whatever anybody confirms.
//! - Certificates are verified: by the machine's authorities, by given ones, or by the fingerprint of one ([`crate::Trust`]).
//!   [`Door::certificate`] fetches one to be confirmed.
//! - A redirect is a fault that says where it leads. Only a question that says so is led on, to addresses of the same server
//!   ([`Ask::following`]).
//! - One connection a request, HTTP/1.1: no answer can be that to another question, and a closed connection means one thing.
//! - Waiting and bodies have bounds.

mod answer;
mod ask;
mod certificate;
mod client;
mod door;
pub mod guard;
mod resolve;
mod tls;

pub use answer::Answer;
pub use ask::Ask;
pub(crate) use ask::segment;
pub use certificate::Certificate;
pub use client::Client;
pub use door::{Door, Patience};
pub use resolve::{Resolve, SystemResolver};
