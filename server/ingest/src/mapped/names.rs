//! What columns are called, in English and Spanish, folded as words are compared.

use model::MappedField;
use model::mapping::folded;

/// The names of each field, the surest first. A bare `id` is no rule: most often it is the record's own.
const NAMES: [(MappedField, &str); 25] = [
    (
        MappedField::Rule,
        "ruleid rule idregla regla checkid pluginid vulnerabilityid idvulnerabilidad vulnid testid \
         signatureid templateid qid nvtoid oid rulekey idprueba idcontrol plugin check codigo code",
    ),
    (
        MappedField::Title,
        "title titulo vulnerabilityname nombrevulnerabilidad nombredelavulnerabilidad vulnerability \
         vulnerabilidad issuename findingname finding hallazgo issue alert alerta weakness debilidad name \
         nombre rulename checktitle pluginname summary resumen problem problema message mensaje",
    ),
    (
        MappedField::Severity,
        "severity severidad gravedad severitylevel nivelseveridad niveldeseveridad criticidad criticality \
         risk riesgo riskrating risklevel nivelriesgo nivelderiesgo threat priority prioridad level nivel",
    ),
    (
        MappedField::Asset,
        "asset activo assetname nombreactivo nombredelactivo hostname host nombrehost nombredehost \
         nombredelhost target objetivo server servidor machine maquina equipo device dispositivo system \
         sistema application aplicacion app repository repositorio repo project proyecto component componente \
         image",
    ),
    (
        MappedField::Url,
        "url uri affectedurl urlafectada vulnerableurl direccionurl urldestino matchedat endpoint webaddress \
         pagina",
    ),
    (MappedField::Ip, "ip ipaddress direccionip dirip ipaddr hostip ipv4 assetip ipv4address"),
    (MappedField::Fqdn, "fqdn dnsname nombredns dns domain dominio assetfqdn"),
    (MappedField::Path, "filepath path filename file rutadelarchivo ruta archivo fichero sourcefile"),
    (MappedField::Line, "line linenumber numerodelinea linea startline lineno"),
    (MappedField::Parameter, "parameter parametro param parametername"),
    (MappedField::Method, "httpmethod metodohttp method metodo requestmethod verb"),
    (MappedField::Port, "port puerto portnumber numerodepuerto"),
    (MappedField::Protocol, "protocol protocolo proto portprotocol transport"),
    (MappedField::Fingerprint, "fingerprint huella"),
    (MappedField::Cwe, "cwe cweid cwes cweids"),
    (MappedField::Cve, "cve cveid cves cveids"),
    (
        MappedField::Cvss,
        "cvss cvssscore cvssv3score cvss3score cvssv31 cvssv3 cvss3 cvssv3basescore cvss3basescore \
         cvssbasescore basescore puntuacioncvss puntajecvss cvssvector vectorcvss",
    ),
    (MappedField::Owasp, "owasp owasptop10 owaspcategory categoriaowasp"),
    (MappedField::Description, "description descripcion desc details detalles detail detalle synopsis explanation"),
    (
        MappedField::Solution,
        "solution solucion recommendation recomendacion recommendations recomendaciones remediation \
         remediacion mitigation mitigacion correccion fix",
    ),
    (MappedField::References, "references referencias reference referencia seealso links enlaces moreinfo"),
    (MappedField::Evidence, "evidence evidencia pluginoutput output salida proof poc prueba result resultado"),
    (MappedField::Confidence, "confidence confianza certainty certeza"),
    (MappedField::Status, "status estado state situacion vulnerabilitystate"),
    (
        MappedField::SeenAt,
        "lastseen lastdetected lastobserved ultimadeteccion ultimavez seenat detectedat fechadedeteccion \
         fechadeteccion scandate fechadeescaneo fechaescaneo scannedat detected discovered date fecha \
         timestamp",
    ),
];

/// How much less a name is worth that only ends a path.
const ENDS_ONLY: usize = 100;

/// The fields that a column may be by its name, each with a rank: the lower, the surer. In JSON, the whole path is looked at,
/// and its end: `/asset/name` is an asset before it is a title.
pub fn fields(column: &str) -> Vec<(usize, MappedField)> {
    let whole = folded(column);
    let end = column.rsplit_once('/').filter(|(before, _)| !before.is_empty()).map(|(_, end)| folded(end));
    let rank = |names: &str| {
        let at = |text: &String| names.split(' ').position(|name| name == text);
        at(&whole).or_else(|| end.as_ref().and_then(at).map(|at| at + ENDS_ONLY))
    };
    NAMES.iter().filter_map(|(field, names)| Some((rank(names)?, *field))).collect()
}

/// What holds many hosts, or none: it names the asset only where nothing names a host.
const GROUPS: &str =
    "application aplicacion app repository repositorio repo project proyecto component componente image";

/// Whether a column is called like something that holds many hosts.
pub fn is_group(column: &str) -> bool {
    let name = folded(column.rsplit('/').next().unwrap_or(column));
    GROUPS.split(' ').any(|group| group == name)
}

/// What tools write of findings that are gone, or never were.
pub const GONE: [&str; 22] = [
    "fixed",
    "closed",
    "resolved",
    "mitigated",
    "remediated",
    "false positive",
    "passed",
    "corregido",
    "corregida",
    "cerrado",
    "cerrada",
    "resuelto",
    "resuelta",
    "mitigado",
    "mitigada",
    "remediado",
    "remediada",
    "solucionado",
    "solucionada",
    "falso positivo",
    "not vulnerable",
    "no vulnerable",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_one_field_and_folded() {
        let all: Vec<&str> = NAMES.iter().flat_map(|(_, names)| names.split(' ')).collect();
        for name in &all {
            assert_eq!(folded(name), **name);
            assert_eq!(all.iter().filter(|other| *other == name).count(), 1, "{name}");
        }
        assert!(MappedField::ALL.iter().all(|field| NAMES.iter().any(|(named, _)| named == field)));
    }

    #[test]
    fn paths_are_known_by_the_whole_and_by_their_end() {
        let surest = |column: &str| fields(column).into_iter().min().map(|(_, field)| field);
        assert_eq!(surest("Nivel de riesgo"), Some(MappedField::Severity));
        assert_eq!(surest("/asset/name"), Some(MappedField::Asset));
        assert_eq!(surest("/info/name"), Some(MappedField::Title));
        assert_eq!(surest("/severity"), Some(MappedField::Severity));
        assert_eq!(surest("Id"), None);
    }
}
