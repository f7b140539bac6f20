//! Published months.

use super::macros::messages;

messages! {
    title => "Meses publicados", "Published months";
    say_none => "Todavía no se ha publicado ningún mes. Lo publicado no cambia nunca: lo que se sepa después se muestra al lado.",
        "No month was published yet. What is published never changes: what is learned later shows beside it.";
    say_same(name: &str) => "{name}: hoy se sabe lo mismo que cuando se publicó.", "{name}: what is known today is what was published.";
    say_restated(n: i64, name: &str) => ["{name}: desde que se publicó cambió {n} cifra por lo que se supo después.",
        "{name}: desde que se publicó cambiaron {n} cifras por lo que se supo después."],
        ["{name}: {n} figure is another today, by what was learned since it was published.",
        "{name}: {n} figures are others today, by what was learned since it was published."];
    publish(name: &str) => "Publicar {name}", "Publish {name}";
    publish_more => "Guarda para siempre las cifras y los gráficos con lo que se sabe ahora.",
        "Keeps the figures and charts for ever, with what is known now.";
    list => "Meses", "Months";
    col_month => "Mes", "Month";
    col_published => "Publicado", "Published";
    col_by => "Por", "By";
    col_step => "Paso del libro", "Step of the ledger";
    figures => "Las cifras", "The figures";
    col_figure => "Cifra", "Figure";
    col_then => "Publicada", "As published";
    col_today => "Hoy", "Today";
    col_restated => "Reexpresada", "Restated";
    restated(by: &str) => "reexpresada {by}", "restated {by}";
    unchanged => "igual", "the same";
    bytes => "Tal como se publicó (JSON)", "As it was published (JSON)";
    hash => "Huella SHA-256", "SHA-256 fingerprint";
    open_before => "Abiertos al empezar", "Open at its start";
    new => "Nuevos", "New";
    reopened => "Reabiertos", "Reopened";
    fixed => "Corregidos con prueba", "Fixed with proof";
    other => "Cerrados de otro modo", "Closed otherwise";
    open => "Abiertos al acabar", "Open at its end";
    open_of(what: &str) => "Abiertos al acabar: {what}", "Open at its end: {what}";
    nobodys => "sin equipo", "without a team";
    charts => "Los gráficos, tal como se publicaron", "The charts, as they were published";
    done_published => "Mes publicado. Ya no cambia.", "Month published. It no longer changes.";
    problem => "Solo se publica un mes que ya acabó, escrito como 2026-09.", "Only a month that is over can be published, written like 2026-09.";
    conflict => "Ese mes ya está publicado, y lo publicado no cambia.", "That month is published already, and what is published does not change.";
}
