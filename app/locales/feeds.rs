//! What is published about exploitation.

use super::macros::messages;

messages! {
    title => "Datos de explotación", "Exploitation data";
    intro => "Con qué probabilidad se explota una vulnerabilidad (EPSS, de FIRST) y cuáles se sabe que se explotan (catálogo KEV, de CISA, y lista de la EUVD, de ENISA). Los archivos se cargan aquí o con «postura feeds load», o se descargan cada noche de donde digan los ajustes.",
        "How likely a vulnerability is to be exploited (FIRST's EPSS) and which are known to be (CISA's KEV catalogue and the list of ENISA's EUVD). Files are loaded here or with “postura feeds load”, or fetched every night from where the settings say.";
    epss => "EPSS: puntuaciones del día", "EPSS: scores of a day";
    kev => "KEV: vulnerabilidades explotadas", "KEV: known exploited vulnerabilities";
    euvd => "EUVD: vulnerabilidades explotadas según ENISA", "EUVD: exploited vulnerabilities by ENISA";
    none_epss => "Aún no se ha cargado ninguna puntuación EPSS.", "No EPSS scores have been loaded yet.";
    files => "Archivos cargados", "Files loaded";
    col_what => "Qué", "What";
    col_day => "Día del archivo", "Day of the file";
    col_rows => "Filas", "Rows";
    col_bad => "Ilegibles", "Not readable";
    col_file => "Archivo", "File";
    col_loaded => "Cargado", "Loaded";
    col_by => "Por", "By";
    in_force => "en vigor", "in force";
    shipped => "incluido con el programa", "ships with the program";
    flaws(n: i64) => ["{n} fila que no se pudo leer", "Filas que no se pudieron leer: {n}"], ["{n} row that could not be read", "Rows that could not be read: {n}"];
    flaws_first => "Las primeras:", "The first of them:";
    line(n: u64) => "línea {n}", "line {n}";
    nightly => "Descarga nocturna", "Fetched every night";
    nightly_off => "Apagada: no se descarga nada. Quien administra el servidor la enciende con [feeds] en los ajustes.",
        "Off: nothing is fetched. Whoever runs the server turns it on with [feeds] in the settings.";
    nightly_now => "Descargar ahora", "Fetch now";
    col_from => "De dónde", "From";
    col_good => "Al día desde", "Up to date since";
    col_next => "Siguiente", "Next";
    col_state => "Estado", "State";
    next_now => "en breve", "soon";
    never => "nunca", "never";
    state_good => "Al día", "Up to date";
    state_new => "Aún no se ha descargado", "Not fetched yet";
    state_bad(n: i64) => ["Falló {n} vez", "Falló {n} veces seguidas"], ["Failed {n} time", "Failed {n} times in a row"];
    tried => "Último intento:", "Last try:";
    trouble_gone => "No hay nada en esa dirección.", "There is nothing at that address.";
    trouble_redirected(to: &str) => "Manda a otro servidor ({to}): si es de fiar, poner esa dirección en los ajustes.", "It sends us to another server ({to}): if that can be trusted, name it in the settings.";
    trouble_address(to: &str) => "{to} no es una dirección pública: si es la del espejo propio, añadirla a «confirmed» en los ajustes.", "{to} is no public address: if it is that of your own mirror, add it to “confirmed” in the settings.";
    trouble_untrusted => "Su certificado no lo firma nadie de confianza: nombrar a quien lo firma con «authorities» en los ajustes.", "Nobody trusted vouches for its certificate: name who does with “authorities” in the settings.";
    trouble_older => "El archivo es de un día anterior al que está en vigor.", "The file is of an earlier day than the one in force.";
    trouble_future => "El archivo dice ser de un día que aún no ha llegado.", "The file says that it is of a day that has not come.";
    trouble_internal(reference: &str) => "Falló aquí; referencia {reference}.", "It failed here; reference {reference}.";
    load => "Cargar un archivo", "Load a file";
    load_do => "Cargar", "Load";
    kind => "Qué es", "What it is";
    file => "Archivo (.csv, .csv.gz o .json)", "File (.csv, .csv.gz or .json)";
    day => "Día, si el archivo no lo dice", "Day, if the file does not say";
    day_hint => "Un archivo anterior al último cargado no se acepta: las puntuaciones de cada día quedan como fueron.",
        "A file older than the newest one is not taken: the scores of each day stay as they were.";

    exploitation => "Explotación", "Exploitation";
    kev_mark => "Explotada", "Exploited";
    kev_since(day: &str) => "En el catálogo KEV desde el {day}", "In the KEV catalogue since {day}";
    euvd_since(day: &str) => "Explotada según la EUVD de ENISA desde el {day}", "Exploited by ENISA's EUVD since {day}";
    kev_due(day: &str) => "plazo federal de EE. UU.: {day}", "US federal deadline: {day}";
    kev_ransomware => "usada por ransomware", "used by ransomware";
    epss_is(score: &str, percentile: &str) => "EPSS {score}; más que el {percentile} de las vulnerabilidades", "EPSS {score}; more than {percentile} of all vulnerabilities";
    epss_since(day: &str) => "desde el {day}", "since {day}";
    risk => "Riesgo", "Risk";
    risk_formula(version: i64) => "Gravedad × explotación × criticidad × exposición; fórmula {version}. Lo que nadie ha declarado de un activo cuenta como término medio.",
        "Severity × exploitation × criticality × exposure; formula {version}. What nobody has declared of an asset counts as the middle.";
    risk_weights(version: i64) => "Pesos, versión {version}", "Weights, version {version}";
    risk_severity => "Gravedad", "Severity";
    risk_exploitability => "Explotación (KEV, EPSS)", "Exploitation (KEV, EPSS)";
    risk_criticality => "Criticidad del activo", "Criticality of the asset";
    risk_exposure => "Exposición del activo", "Exposure of the asset";
    nothing_known => "Nada publicado indica que se explote.", "Nothing published says that it is exploited.";
    as_of_epss(day: &str) => "EPSS del {day}", "EPSS of {day}";
    as_of_kev(day: &str) => "KEV del {day}", "KEV of {day}";
    as_of_euvd(day: &str) => "EUVD del {day}", "EUVD of {day}";
}
