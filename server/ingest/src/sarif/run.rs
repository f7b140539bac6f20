//! A run (3.14), read key by key.

use super::component::{Component, Rule, messages};
use super::place::Artifact;
use super::scan::Scan;
use super::taxa::Taxonomy;
use crate::Refusal;
use crate::bounded::document::{Array, Each, Fields, Object, Reading};
use crate::bounded::record::{Record, elements, text};
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use std::collections::HashMap;
use std::fmt;

/// What is known of the run that is being read.
#[derive(Default)]
pub struct Run {
    /// The tool itself; `None` until its name has been read.
    pub driver: Option<Component>,
    /// What the tool's rules begin with. Empty until the tool has been read.
    pub key: String,
    /// What defines more rules.
    pub extensions: Vec<Component>,
    /// The taxonomies.
    pub taxonomies: Vec<Taxonomy>,
    /// The bases of relative references; `None` until they have been read.
    pub bases: Option<HashMap<String, Artifact>>,
    /// The artifacts; `None` until they have been read.
    pub artifacts: Option<Vec<Artifact>>,
    /// The category of runs to which it belongs (3.17.3), else empty.
    pub category: String,
    /// The repository: host and path, else empty.
    pub repository: String,
    /// Whether there is a list of results, be it empty.
    pub has_results: bool,
    /// Whether one of the results is on the web.
    pub has_page: bool,
    /// The code base among the assets, once a result is in it.
    pub code_base: Option<u32>,
}

impl Run {
    /// The key of ZAP.
    pub const ZAP: &'static str = "zap";

    /// Whether the run is one of ZAP.
    pub fn is_of_zap(&self) -> bool {
        self.key == Self::ZAP
    }
}

/// A tool's key: its name as one word. ZAP's is the same whatever it calls itself (`ZAP`, `OWASP ZAP`, `ZAP by Checkmarx`, …).
pub fn key(name: &str) -> String {
    let name = name.to_lowercase();
    let is_zap = |word: &str| word == Run::ZAP;
    if name.contains("zed attack proxy") || name.split(|character: char| !character.is_alphanumeric()).any(is_zap) {
        return Run::ZAP.to_owned();
    }
    name.replace([' ', '/'], "-")
}

/// The fields of a run.
pub struct RunFields;

impl<'s> Fields<Scan<'s>> for RunFields {
    type Output = ();

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, Scan<'s>>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            "tool" => map.next_value_seed(Object(reading.inner(), ToolFields)),
            "results" => {
                let result = |reading: &mut Reading<'_, Scan<'s>>, Record(value): Record| {
                    let bytes = reading.bytes();
                    reading.context.result(&value)?;
                    reading.context.collector.progress(bytes);
                    Ok(())
                };
                let there = map.next_value_seed(Present(Each::new(reading.inner(), result)))?;
                reading.context.run.has_results |= there;
                Ok(())
            }
            "artifacts" => {
                reading.context.run.artifacts.get_or_insert_default();
                map.next_value_seed(Each::new(reading.inner(), |reading: &mut Reading<'_, Scan<'s>>, Record(value)| {
                    let artifact = Artifact::of(&value["location"]);
                    reading.context.hold(size_of::<Artifact>() + artifact.size())?;
                    reading.context.run.artifacts.get_or_insert_default().push(artifact);
                    Ok(())
                }))
            }
            "taxonomies" => {
                map.next_value_seed(Each::new(reading.inner(), |reading: &mut Reading<'_, Scan<'s>>, Record(value)| {
                    let taxonomy = Taxonomy::of(&value);
                    reading.context.hold(taxonomy.size())?;
                    reading.context.run.taxonomies.push(taxonomy);
                    Ok(())
                }))
            }
            "invocations" => {
                map.next_value_seed(Each::new(reading.inner(), |reading: &mut Reading<'_, Scan<'s>>, Record(value)| {
                    invocation(reading.context, &value);
                    Ok(())
                }))
            }
            key => {
                let told = match key {
                    "originalUriBaseIds"
                    | "automationDetails"
                    | "versionControlProvenance"
                    | "externalPropertyFileReferences" => {
                        described(reading.context, key, &map.next_value::<Record>()?.0)
                    }
                    _ => map.next_value::<IgnoredAny>().map(|_| Ok(()))?,
                };
                reading.check(told)
            }
        }
    }

    fn end<E: de::Error>(self, reading: &mut Reading<'_, Scan<'s>>) -> Result<(), E> {
        let ended = reading.context.end_run();
        reading.check(ended)
    }
}

/// Takes in what is small.
fn described(scan: &mut Scan<'_>, key: &str, value: &Value) -> Result<(), Refusal> {
    match key {
        "originalUriBaseIds" => {
            let bases: HashMap<_, _> = value
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, base)| (name.clone(), Artifact::of(base)))
                .collect();
            scan.hold(bases.iter().map(|(name, base)| name.len() + base.size()).sum())?;
            scan.run.bases = Some(bases);
        }
        "automationDetails" => {
            let id = text(&value["id"]);
            scan.run.category = id.rsplit_once('/').map(|(category, _)| category.trim().to_owned()).unwrap_or_default();
        }
        "versionControlProvenance" => scan.run.repository = repository(&text(&value[0]["repositoryUri"])),
        _ if value.is_null() => {}
        key => scan.outside(key),
    }
    Ok(())
}

/// When the tool ran, and whether it came to its end (3.20.14) without an error that makes its results incomplete (3.58.6).
fn invocation(scan: &mut Scan<'_>, invocation: &Value) {
    scan.times(&text(&invocation["startTimeUtc"]), &text(&invocation["endTimeUtc"]));
    if text(&invocation["executionSuccessful"]) == "false" {
        scan.doubt("tool_failed", &text(&invocation["exitCodeDescription"]));
    }
    let notifications = ["toolExecutionNotifications", "toolConfigurationNotifications"];
    let notifications = notifications.iter().flat_map(|key| elements(&invocation[*key]));
    if let Some(error) = notifications.into_iter().find(|notification| text(&notification["level"]) == "error") {
        scan.doubt("tool_reported_errors", &text(&error["message"]["text"]));
    }
}

/// A repository as host and path: the same by any protocol and for any user. Empty for a folder of the machine.
fn repository(uri: &str) -> String {
    let rest = match uri.split_once("://") {
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("file") => return String::new(),
        Some((_, rest)) => rest.to_owned(),
        // `git@host:path`, as secure shells write it.
        None => match uri.split_once('@').and_then(|(_, rest)| rest.split_once(':')) {
            Some((host, path)) => format!("{host}/{path}"),
            None => return String::new(),
        },
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host).to_lowercase();
    let path = path.trim_matches('/');
    format!("{host}/{}", path.strip_suffix(".git").unwrap_or(path)).trim_end_matches('/').to_owned()
}

/// The tool (3.18).
struct ToolFields;

impl<'s> Fields<Scan<'s>> for ToolFields {
    type Output = ();

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, Scan<'s>>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        let fields = |is_driver| move || ComponentFields { component: Component::default(), is_driver };
        match key {
            "driver" => map.next_value_seed(Object(reading.inner(), fields(true)())),
            "extensions" => map.next_value_seed(Array(reading.inner(), fields(false))),
            _ => map.next_value::<IgnoredAny>().map(|_| ()),
        }
    }

    fn end<E: de::Error>(self, _: &mut Reading<'_, Scan<'s>>) -> Result<(), E> {
        Ok(())
    }
}

/// The driver, or an extension (3.19).
struct ComponentFields {
    component: Component,
    is_driver: bool,
}

impl<'s> Fields<Scan<'s>> for ComponentFields {
    type Output = ();

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, Scan<'s>>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        let component = &mut self.component;
        match key {
            "name" => {
                component.name = text(&map.next_value::<Record>()?.0);
                if self.is_driver {
                    // Enough to name what was read before, should the log be cut off inside the driver.
                    reading.context.run.driver = Some(Component::named(&component.name));
                }
            }
            "guid" => component.guid = text(&map.next_value::<Record>()?.0),
            "version" => component.version = text(&map.next_value::<Record>()?.0),
            "semanticVersion" => component.semantic_version = text(&map.next_value::<Record>()?.0),
            "globalMessageStrings" => {
                component.messages = messages(&map.next_value::<Record>()?.0);
                let held = component.messages.iter().map(|(id, text)| id.len() + text.len()).sum();
                let held = reading.context.hold(held);
                reading.check(held)?;
            }
            "rules" => map.next_value_seed(Each::new(
                reading.inner(),
                |reading: &mut Reading<'_, Scan<'s>>, Record(value)| {
                    let rule = Rule::of(&value);
                    reading.context.hold(size_of::<Rule>() + rule.size())?;
                    component.add(rule);
                    Ok(())
                },
            ))?,
            _ => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }

    fn end<E: de::Error>(self, reading: &mut Reading<'_, Scan<'s>>) -> Result<(), E> {
        let run = &mut reading.context.run;
        if self.is_driver {
            run.driver = Some(self.component);
            reading.context.name_rules();
        } else {
            run.extensions.push(self.component);
        }
        Ok(())
    }
}

/// Says whether there is a value besides `null`.
struct Present<S>(S);

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Present<S> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for Present<S> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_none<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        self.0.deserialize(deserializer).map(|_| true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_the_same_by_any_protocol() {
        for uri in [
            "https://git.example.com/shop/web.git",
            "https://user:secret@Git.example.com/shop/web/",
            "ssh://git@git.example.com/shop/web.git",
            "git@git.example.com:shop/web.git",
            "https://git.example.com/shop/web?ref=main#x",
        ] {
            assert_eq!(repository(uri), "git.example.com/shop/web", "{uri}");
        }
        for (uri, name) in
            [("https://git.example.com", "git.example.com"), ("file:///srv/x/web", ""), ("web", ""), ("", "")]
        {
            assert_eq!(repository(uri), name, "{uri}");
        }
    }

    #[test]
    fn zap_is_known_by_any_of_its_names() {
        for name in ["ZAP", "OWASP ZAP", "ZAP by Checkmarx", "OWASP Zed Attack Proxy"] {
            assert_eq!(key(name), "zap", "{name}");
        }
        assert_eq!((key("Zapper"), key("Semgrep OSS/x")), ("zapper".into(), "semgrep-oss-x".into()));
    }
}
