//! The dictionary of metrics: each one's name and what it counts, in words.

use super::macros::messages;
use model::metrics::{Measure, Metric};
use model::text::Locale;

messages! {
    title => "Diccionario de métricas", "Metric dictionary";
    intro => "Cada cifra de Postura se calcula en un solo sitio, con la definición que aquí se lee: la página, la API, el gráfico y la línea de órdenes dicen lo mismo.",
        "Every figure of Postura is computed in one place, by the definition given here: page, API, chart and command line say the same.";
    open => "Abiertos", "Open";
    open_is => "Suma de los asientos del libro mayor hasta un instante: lo que un escaneo vio y de lo que no hay prueba de que se haya ido ni veredicto. El inventario no cuenta.",
        "The sum of the ledger's entries up to an instant: what a scan saw, with no proof that it is gone and no verdict. Inventory does not count.";
    new => "Nuevos", "New";
    new_is => "Primera apertura de un hallazgo en el periodo. Nunca se suma con los reabiertos sin mostrar ambos.",
        "First opening of a finding within the period. Never added to reopened ones without showing both.";
    reopened => "Reabiertos", "Reopened";
    reopened_is => "Aperturas que siguen a un cierre: tras una corrección con prueba, o un avistamiento que pone fin a una retirada o a un cierre a mano.",
        "Openings after a closure: after a fix with proof, or a sighting that ends a retirement or a closure by hand.";
    fixed => "Corregidos", "Fixed";
    fixed_is => "Cierres con prueba: un escaneo posterior miró en el mismo sitio con la misma regla y no lo vio. Lo cerrado a mano se muestra aparte.",
        "Closures with proof: a later scan looked in the same place with the same rule and did not see it. What was closed by hand is shown apart.";
    other => "Otros cierres", "Other closures";
    other_is => "Veredictos (falso positivo, riesgo aceptado, duplicado, retirado, cerrado a mano), menos los retirados, caducados o revocados.",
        "Verdicts (false positive, accepted risk, duplicate, retired, closed by hand), less those taken back, expired or revoked.";
    moved => "Cambiados de sitio", "Moved";
    moved_is => "Lo que llegó de otro equipo, gravedad o estado, menos lo que se fue. Es cero donde el filtro no los distingue.",
        "What came from another team, severity or state, less what left. Zero where the filter does not tell them apart.";
    net => "Variación", "Net";
    net_is => "Nuevos + reabiertos − corregidos − otros ± cambiados de sitio. Abiertos antes + variación = abiertos después, exacto para cada filtro.",
        "New + reopened − fixed − other ± moved. Open before + net = open after, exact for every filter.";
    age => "Antigüedad", "Age";
    age_is => "Días desde el primer avistamiento de lo que está abierto; reabrir no la pone a cero. Mediana (p50) y nueve de cada diez (p90), a partir de diez hallazgos.",
        "Days since the first sighting of what is open; reopening does not reset it. Median (p50) and nine of ten (p90), from ten findings on.";
    debt => "Deuda", "Debt";
    debt_is => "Hallazgos abiertos cuyo día de vencimiento ya pasó, y la suma de sus días de retraso.",
        "Open findings whose due day has passed, and the sum of the days they are late.";
    due_kept => "Plazos cumplidos", "Due days kept";
    due_kept_is => "De los vencimientos que cayeron en el periodo: qué parte se corrigió con prueba a tiempo. Lo que sigue abierto tras su vencimiento cuenta como incumplido; un veredicto anula el plazo.",
        "Of the due days that fell within the period: the share fixed with proof in time. What is still open past its due day counts as broken; a verdict cancels the promise.";
    time_to_fix => "Tiempo hasta corregir", "Time to fix";
    time_to_fix_is => "Días del primer avistamiento a la corrección con prueba, por el estimador de Kaplan y Meier: lo que sigue abierto cuenta como no corregido aún; lo aceptado, duplicado, retirado, cerrado a mano o sin volver a probar, hasta su último avistamiento. Con intervalo del 95 %; se oculta con menos de diez.",
        "Days from the first sighting to the fix with proof, by the Kaplan–Meier estimator: what is still open counts as not fixed yet; what is accepted, duplicate, retired, closed by hand or not re-tested, up to its last sighting. With a 95 % interval; hidden below ten.";
    time_to_decide => "Tiempo hasta decidir", "Time to decide";
    time_to_decide_is => "Días del primer avistamiento a la primera decisión de una persona (un comentario no lo es), por el mismo estimador.",
        "Days from the first sighting to a person's first decision (a comment is none), by the same estimator.";
    coverage => "Cobertura", "Coverage";
    coverage_is => "Cobertura(w): activos en el alcance a los que llegó al menos un escaneo en los últimos w días, entre todos los del alcance. En el alcance están los del inventario; mientras nadie declare ninguno, los que algún escaneo ha visto. «Con sesión» pide además que el escáner pudiera mirar desde dentro; «sin mirar» es el resto. Un activo que no se ha mirado no está sano: no se sabe.",
        "Coverage(w): assets in scope that at least one scan reached in the last w days, out of all in scope. In scope are those of the inventory; while nobody declares any, those that a scan has seen. “Signed in” also asks that the scanner could look from inside; “blind” is the rest. An asset that nobody looked at is not healthy: it is not known.";
    reopen_rate => "Tasa de reapertura", "Reopen rate";
    reopen_rate_is => "De lo corregido con prueba en el periodo: qué parte volvió en los 90 días siguientes.",
        "Of what was fixed with proof within the period: the share that came back within 90 days.";
}

/// A metric's name and definition.
#[must_use]
pub fn metric(locale: Locale, metric: Metric) -> (&'static str, &'static str) {
    match metric {
        Metric::Open => (open(locale), open_is(locale)),
        Metric::New => (new(locale), new_is(locale)),
        Metric::Reopened => (reopened(locale), reopened_is(locale)),
        Metric::Fixed => (fixed(locale), fixed_is(locale)),
        Metric::Other => (other(locale), other_is(locale)),
        Metric::Moved => (moved(locale), moved_is(locale)),
        Metric::Net => (net(locale), net_is(locale)),
    }
}

/// A measure's name and definition.
#[must_use]
pub fn measure(locale: Locale, measure: Measure) -> (&'static str, &'static str) {
    match measure {
        Measure::Age => (age(locale), age_is(locale)),
        Measure::Debt => (debt(locale), debt_is(locale)),
        Measure::DueKept => (due_kept(locale), due_kept_is(locale)),
        Measure::TimeToFix => (time_to_fix(locale), time_to_fix_is(locale)),
        Measure::TimeToDecide => (time_to_decide(locale), time_to_decide_is(locale)),
        Measure::ReopenRate => (reopen_rate(locale), reopen_rate_is(locale)),
    }
}
