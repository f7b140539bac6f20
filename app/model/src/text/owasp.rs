//! The names of the OWASP Top 10 categories (owasp.org/Top10): OWASP's own in English, and in Spanish after OWASP's
//! translations where one exists.

use super::Locale;
use crate::{Category, Edition, Mapped};

type Names = [(&'static str, &'static str); 10];

const Y2017: Names = [
    ("Inyección", "Injection"),
    ("Pérdida de autenticación", "Broken Authentication"),
    ("Exposición de datos sensibles", "Sensitive Data Exposure"),
    ("Entidades externas XML (XXE)", "XML External Entities (XXE)"),
    ("Pérdida de control de acceso", "Broken Access Control"),
    ("Configuración de seguridad incorrecta", "Security Misconfiguration"),
    ("Secuencia de comandos en sitios cruzados (XSS)", "Cross-Site Scripting (XSS)"),
    ("Deserialización insegura", "Insecure Deserialization"),
    ("Componentes con vulnerabilidades conocidas", "Using Components with Known Vulnerabilities"),
    ("Registro y monitoreo insuficientes", "Insufficient Logging & Monitoring"),
];

const Y2021: Names = [
    ("Pérdida de control de acceso", "Broken Access Control"),
    ("Fallas criptográficas", "Cryptographic Failures"),
    ("Inyección", "Injection"),
    ("Diseño inseguro", "Insecure Design"),
    ("Configuración de seguridad incorrecta", "Security Misconfiguration"),
    ("Componentes vulnerables y desactualizados", "Vulnerable and Outdated Components"),
    ("Fallas de identificación y autenticación", "Identification and Authentication Failures"),
    ("Fallas en la integridad del software y los datos", "Software and Data Integrity Failures"),
    ("Fallas en el registro y monitoreo de seguridad", "Security Logging and Monitoring Failures"),
    ("Falsificación de solicitudes del lado del servidor (SSRF)", "Server-Side Request Forgery (SSRF)"),
];

const Y2025: Names = [
    ("Pérdida de control de acceso", "Broken Access Control"),
    ("Configuración de seguridad incorrecta", "Security Misconfiguration"),
    ("Fallas en la cadena de suministro de software", "Software Supply Chain Failures"),
    ("Fallas criptográficas", "Cryptographic Failures"),
    ("Inyección", "Injection"),
    ("Diseño inseguro", "Insecure Design"),
    ("Fallas de autenticación", "Authentication Failures"),
    ("Fallas en la integridad del software o los datos", "Software or Data Integrity Failures"),
    ("Fallas en el registro y las alertas de seguridad", "Security Logging and Alerting Failures"),
    ("Manejo inadecuado de condiciones excepcionales", "Mishandling of Exceptional Conditions"),
];

/// The name of a category in an edition.
#[must_use]
pub fn category_name(locale: Locale, edition: Edition, category: Category) -> &'static str {
    let names = match edition {
        Edition::Y2017 => &Y2017,
        Edition::Y2021 => &Y2021,
        Edition::Y2025 => &Y2025,
    };
    names.get(usize::from(category.number()) - 1).map_or("", |(es, en)| locale.pick(es, en))
}

/// The name of where a weakness stands, the two buckets beside the ten included.
#[must_use]
pub fn mapped_name(locale: Locale, edition: Edition, mapped: Mapped) -> &'static str {
    match mapped {
        Mapped::To(category) => category_name(locale, edition, category),
        Mapped::Unmapped => locale.pick("Sin categoría", "Unmapped"),
        Mapped::NotAWeakness => locale.pick("Inventario", "Inventory"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_has_a_name_of_its_own_in_both_languages() {
        for edition in Edition::ALL {
            for locale in Locale::ALL {
                let mut names: Vec<&str> = Category::all().map(|c| category_name(locale, *edition, c)).collect();
                assert!(names.iter().all(|name| !name.is_empty()));
                names.sort_unstable();
                names.dedup();
                assert_eq!(names.len(), 10, "{edition}");
            }
        }
        let third = Category::new(3).unwrap();
        assert_eq!(category_name(Locale::En, Edition::Y2021, third), "Injection");
        assert_eq!(category_name(Locale::En, Edition::Y2025, third), "Software Supply Chain Failures");
        assert_eq!(category_name(Locale::Es, Edition::Y2017, third), "Exposición de datos sensibles");
    }
}
