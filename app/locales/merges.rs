//! Assets that are one.

use super::macros::messages;
use model::Alias;
use model::text::Locale;

messages! {
    alias_mac => "dirección MAC", "MAC address";
    alias_agent => "agente", "agent";
    alias_fqdn => "nombre completo", "full name";
    alias_netbios => "nombre NetBIOS", "NetBIOS name";
}

/// What a kind of alias is called.
#[must_use]
pub fn alias(locale: Locale, alias: Alias) -> &'static str {
    match alias {
        Alias::Mac => alias_mac(locale),
        Alias::Agent => alias_agent(locale),
        Alias::Fqdn => alias_fqdn(locale),
        Alias::NetBios => alias_netbios(locale),
    }
}
