//! Contexts, logins and users of a session, and pages that are opened in it.

use super::{Called, Zap};
use crate::Question;
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

/// A context.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    /// Its number.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What belongs to it.
    pub include: Vec<String>,
    /// What does not.
    pub exclude: Vec<String>,
    /// The parameters of its login.
    pub login: Vec<(String, String)>,
    /// The sign of being logged in.
    pub sign: String,
}

/// A user of a context.
#[derive(Clone, Debug)]
pub struct User {
    context: String,
    name: String,
    /// Name and password.
    credentials: (String, String),
    enabled: bool,
}

fn done() -> Called {
    Ok(json!({"Result": "OK"}))
}

impl Zap {
    pub(super) fn setting(&mut self, component: &str, kind: &str, name: &str, question: &Question) -> Option<Called> {
        Some(match (component, kind, name) {
            ("context", "view", "contextList") => {
                let named = self.contexts.iter().map(|context| context.name.as_str());
                Ok(json!({"contextList": std::iter::once("Default Context").chain(named).collect::<Vec<_>>()}))
            }
            ("context", "view", "context") => self.named(question).map(|context| json!({"context": shown(context)})),
            ("context", "action", "newContext") => self.new_context(question.get("contextName")),
            ("context", "action", "removeContext") => {
                self.named(question).map(|context| context.id.clone()).and_then(|id| {
                    self.contexts.retain(|context| context.id != id);
                    done()
                })
            }
            ("context", "action", "includeInContext" | "excludeFromContext") => {
                let regex = question.get("regex").to_owned();
                self.named(question).and_then(|context| {
                    let list = if name.starts_with("include") { &mut context.include } else { &mut context.exclude };
                    list.push(regex);
                    done()
                })
            }
            ("context", "action", "setContextInScope") => self.named(question).and_then(|_| done()),
            ("authentication", "action", "setAuthenticationMethod") => {
                let method = question.get("authMethodName");
                if !["formBasedAuthentication", "jsonBasedAuthentication"].contains(&method) {
                    return Some(Err("illegal_parameter"));
                }
                let parameters =
                    form_urlencoded::parse(question.get("authMethodConfigParams").as_bytes()).into_owned().collect();
                self.numbered(question).and_then(|context| {
                    context.login = parameters;
                    done()
                })
            }
            ("authentication", "action", "setLoggedInIndicator") => {
                let sign =
                    question.get("loggedInIndicatorRegex").trim_start_matches(r"\Q").trim_end_matches(r"\E").to_owned();
                self.numbered(question).and_then(|context| {
                    context.sign = sign;
                    done()
                })
            }
            ("authentication", "action", "setLoggedOutIndicator")
            | ("sessionManagement", "action", "setSessionManagementMethod") => {
                self.numbered(question).and_then(|_| done())
            }
            ("forcedUser", "action", "setForcedUser") => self.user(question).and_then(|_| done()),
            ("forcedUser", "action", "setForcedUserModeEnabled") => {
                self.forced = question.get("boolean") == "true";
                done()
            }
            ("users", kind, name) => return self.users(kind, name, question),
            _ => return None,
        })
    }

    fn new_context(&mut self, name: &str) -> Called {
        if name.is_empty() {
            return Err("missing_parameter");
        }
        if self.contexts.iter().any(|context| context.name == name) {
            return Err("already_exists");
        }
        self.contexts_made += 1;
        let id = self.contexts_made.to_string();
        self.contexts.push(Setting { id: id.clone(), name: name.to_owned(), ..Setting::default() });
        Ok(json!({"contextId": id}))
    }

    fn named(&mut self, question: &Question) -> Result<&mut Setting, &'static str> {
        let name = question.get("contextName");
        self.contexts.iter_mut().find(|context| context.name == name).ok_or("does_not_exist")
    }

    fn numbered(&mut self, question: &Question) -> Result<&mut Setting, &'static str> {
        let id = question.get("contextId");
        self.contexts.iter_mut().find(|context| context.id == id).ok_or("context_not_found")
    }

    fn user(&mut self, question: &Question) -> Result<&mut User, &'static str> {
        let (context, id) = (question.get("contextId"), question.get("userId"));
        let index: usize = id.parse().map_err(|_| "illegal_parameter")?;
        self.users.get_mut(index).filter(|user| user.context == context).ok_or("user_not_found")
    }

    fn users(&mut self, kind: &str, name: &str, question: &Question) -> Option<Called> {
        Some(match (kind, name) {
            ("view", "usersList") => {
                let all = self.users.iter().enumerate().filter(|(_, user)| user.context == question.get("contextId"));
                Ok(json!({"usersList": all.map(|(id, user)| user.shown(id)).collect::<Vec<_>>()}))
            }
            ("action", "newUser") => {
                let context = match self.numbered(question) {
                    Ok(context) => context.id.clone(),
                    Err(code) => return Some(Err(code)),
                };
                let name = question.get("name").to_owned();
                self.users.push(User { context, name, credentials: Default::default(), enabled: false });
                Ok(json!({"userId": (self.users.len() - 1).to_string()}))
            }
            ("action", "setAuthenticationCredentials") => {
                let given = question.get("authCredentialsConfigParams").as_bytes();
                let given: Vec<(String, String)> = form_urlencoded::parse(given).into_owned().collect();
                let of = |name: &str| {
                    given.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
                };
                self.user(question).and_then(|user| {
                    user.credentials = (of("username"), of("password"));
                    done()
                })
            }
            ("action", "setUserEnabled") => {
                let enabled = question.get("enabled") == "true";
                self.user(question).and_then(|user| {
                    user.enabled = enabled;
                    done()
                })
            }
            ("action", "authenticateAsUser") => {
                let (name, password, _) = self.account.clone();
                self.user(question).map(|user| {
                    let held = user.credentials == (name, password);
                    json!({"authSuccessful": held.to_string(), "responseBody": "", "note": ""})
                })
            }
            _ => return None,
        })
    }

    /// Opens a page.
    pub(super) fn access(&mut self, text: &str) -> Called {
        let Ok(url) = Url::parse(text) else { return Err("illegal_parameter") };
        let host = url.host_str().unwrap_or("").to_owned();
        if self.unreachable.contains(&host) {
            return Err("internal_error");
        }
        self.visited.insert(url.to_string());
        self.records += 1;
        let (name, password, sign) = self.account.clone();
        let held = self.forced
            && self.users.iter().any(|user| user.enabled && user.credentials == (name.clone(), password.clone()));
        let greeting = if held { format!("<p>{sign} {name}</p>") } else { String::new() };
        let body = format!("<!DOCTYPE html><html><body><h1>A shop</h1>{greeting}</body></html>");
        let message = json!({
            "id": self.visited.len().to_string(), "type": "1", "note": "", "rtt": "8", "cookieParams": "",
            "requestHeader": format!("GET {url} HTTP/1.1\r\nhost: {host}\r\n\r\n"), "requestBody": "",
            "responseHeader": "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", "responseBody": body,
        });
        Ok(json!({"accessUrl": [message]}))
    }
}

fn shown(context: &Setting) -> Value {
    let list = |all: &[String]| Value::from(all.to_vec()).to_string();
    json!({
        "id": context.id, "name": context.name, "description": "", "inScope": "true",
        "includeRegexs": list(&context.include), "excludeRegexs": list(&context.exclude),
        "loggedInPattern": context.sign, "loggedOutPattern": "", "checkingStrategy": "EACH_RESP",
    })
}

impl User {
    fn shown(&self, id: usize) -> Value {
        let (name, password) = &self.credentials;
        let credentials =
            json!({"password": password, "type": "UsernamePasswordAuthenticationCredentials", "username": name});
        json!({
            "id": id.to_string(), "name": self.name, "contextId": self.context, "enabled": self.enabled.to_string(),
            "credentials": credentials.to_string(),
        })
    }
}
