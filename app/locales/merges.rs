//! Assets that are one.

use super::macros::messages;
use model::Alias;
use model::text::Locale;

messages! {
    title => "Activos unidos", "Merged assets";
    say(merges: i64) => ["{merges} unión en vigor", "{merges} uniones en vigor"], ["{merges} merge in force", "{merges} merges in force"];
    say_suggested(pairs: i64) => ["{pairs} pareja que puede ser un mismo activo", "{pairs} parejas que pueden ser un mismo activo"],
        ["{pairs} pair that may be one asset", "{pairs} pairs that may be one asset"];
    more => "Nada se une solo: lo dice una persona, con un motivo. Queda el activo de clave más baja, con los hallazgos y decisiones de ambos; al separar, todo vuelve a como sería sin la unión.",
        "Nothing merges by itself: a person says so, with a reason. The asset of the lower key stays, with both's findings and decisions; a split brings back what would be without the merge.";
    suggestions => "Pueden ser el mismo", "These may be one";
    suggestions_none => "Ningún equipo comparte dirección MAC, agente ni nombre con otro.", "No host shares a MAC address, an agent or a name with another.";
    in_force => "Uniones en vigor", "Merges in force";
    in_force_none => "No hay ninguna.", "There is none.";
    by_hand => "Unir dos activos", "Merge two assets";
    one => "Un activo, por clave o número", "One asset, by key or number";
    other => "El otro", "The other";
    col_first => "Quedaría", "Would stay";
    col_second => "Se uniría", "Would join";
    col_shared => "Comparten", "They share";
    col_findings => "Hallazgos", "Findings";
    findings(moved: i64, joined: u64) => ["{moved} pasaría, {joined} ya está en ambos", "{moved} pasarían, {joined} ya están en ambos"],
        ["{moved} would join, {joined} are on both", "{moved} would join, {joined} are on both"];
    col_assets => "Activos", "Assets";
    col_reason => "Motivo", "Reason";
    col_by => "Quién", "Who";
    reason => "Por qué son el mismo", "Why they are one";
    merge => "Unir", "Merge";
    split => "Separar", "Split";
    done_merged(n: i64) => ["Unidos: {n} hallazgo pasó al que queda.", "Unidos: {n} hallazgos pasaron al que queda."],
        ["Merged: {n} finding joined the one that stays.", "Merged: {n} findings joined the one that stays."];
    done_split => "Separados: todo está como sin la unión.", "Split: everything is as it would be without the merge.";

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
