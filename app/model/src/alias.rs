//! What a host is called besides its key.

use crate::status::worded;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

worded! {
    /// A kind of alias. Hosts that share one may be one; it takes a person to say so.
    Alias {
        /// A hardware address.
        Mac = 1 "mac",
        /// The uuid of the scanner's agent on it.
        Agent = 2 "agent",
        /// A fully qualified name.
        Fqdn = 3 "fqdn",
        /// A NetBIOS name.
        NetBios = 4 "netbios",
    }
}
