//! The request and the response that led to a result (3.46, 3.47), as they went over the wire.

use crate::bounded::record::text;
use crate::{base64, text as plain};
use serde_json::Value;

/// A `webRequest`: request line, headers, body. Empty if there is none.
pub fn request(request: &Value) -> String {
    let [method, target] = ["method", "target"].map(|key| text(&request[key]));
    if method.is_empty() && target.is_empty() {
        return String::new();
    }
    message(&[&method, &target, &protocol(request)], request)
}

/// A `webResponse`: status line, headers, body. Empty if there is none.
pub fn response(response: &Value) -> String {
    let [status, reason] = ["statusCode", "reasonPhrase"].map(|key| text(&response[key]));
    if status.is_empty() { String::new() } else { message(&[&protocol(response), &status, &reason], response) }
}

/// `HTTP/1.1`.
fn protocol(message: &Value) -> String {
    let [protocol, version] = ["protocol", "version"].map(|key| text(&message[key]));
    if version.is_empty() { protocol } else { format!("{protocol}/{version}") }
}

fn message(first: &[&str], message: &Value) -> String {
    let first: Vec<&str> = first.iter().copied().filter(|part| !part.is_empty()).collect();
    let mut out = first.join(" ");
    for (name, value) in message["headers"].as_object().into_iter().flatten() {
        out.push_str(&format!("\r\n{name}: {}", text(value)));
    }
    out.push_str("\r\n\r\n");
    out.push_str(&content(&message["body"]));
    out
}

/// An `artifactContent` (3.3): its text, else its bytes as text.
fn content(content: &Value) -> String {
    if let Some(text) = content["text"].as_str() {
        return text.to_owned();
    }
    let binary = content["binary"].as_str().unwrap_or_default();
    base64::decode(binary).map_or_else(|| binary.to_owned(), plain::from_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn messages_are_written_as_they_were_sent() {
        let told = json!({"protocol": "HTTP", "version": "1.1", "method": "POST", "target": "http://shop.example.com/",
            "headers": {"host": "shop.example.com"}, "body": {"binary": "YT0x"}});
        assert_eq!(request(&told), "POST http://shop.example.com/ HTTP/1.1\r\nhost: shop.example.com\r\n\r\na=1");
        let told =
            json!({"protocol": "HTTP", "version": "1.1", "statusCode": 302, "reasonPhrase": "Found", "body": {}});
        assert_eq!(response(&told), "HTTP/1.1 302 Found\r\n\r\n");
        assert_eq!((request(&Value::Null), response(&json!({"headers": {}}))), (String::new(), String::new()));
    }
}
