//! Sending a form in place: the same address and fields as without a script, and the answer as JSON.

use crate::path::LocalPath;
use crate::server_fns::Done;
use crate::visit::{Live, Notice};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use model::error::{ErrorCode, WireError};
use wasm_bindgen::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, FormData, HtmlButtonElement, HtmlFormElement, ProgressEvent, UrlSearchParams, XmlHttpRequest};

/// What a form does when it is sent. Call it while the page is made.
pub fn submitter() -> impl Fn(&SubmitEvent) + Clone + 'static {
    let live = Live::current();
    let navigate = use_navigate();
    move |event: &SubmitEvent| {
        let Some((form, data)) = form_data(event) else { return };
        let Some(url) = form.get_attribute("action") else { return };
        let Ok(pairs) = UrlSearchParams::new_with_str_sequence_sequence(&data) else { return };
        event.prevent_default();
        let body: JsValue = String::from(pairs.to_string()).into();
        let navigate = navigate.clone();
        let done = move |status: u16, text: String| match answer::<Done>(status, &text) {
            Ok(done) => {
                form.reset();
                let to = done.to.clone();
                live.notice.set(Some(Notice::Done(done)));
                live.version.update(|version| *version += 1);
                if !to.is_empty() {
                    navigate(LocalPath::or_root(&to).as_str(), NavigateOptions::default());
                }
            }
            Err(error) => live.notice.set(Some(Notice::Failed(error))),
        };
        post(&url, Some("application/x-www-form-urlencoded"), &body, None, done);
    }
}

/// The form of an event with its fields, the pressed button's included.
pub fn form_data(event: &SubmitEvent) -> Option<(HtmlFormElement, FormData)> {
    if event.default_prevented() {
        return None;
    }
    let form: HtmlFormElement = event.target()?.dyn_into().ok()?;
    let data = FormData::new_with_form(&form).ok()?;
    let button = event.submitter().and_then(|element| element.dyn_into::<HtmlButtonElement>().ok());
    if let Some(button) = button.filter(|button| !button.name().is_empty()) {
        data.append_with_str(&button.name(), &button.value()).ok()?;
    }
    Some((form, data))
}

/// Reads an answer: the value, or the error that the server sent; no answer at all is "offline".
pub fn answer<T: serde::de::DeserializeOwned>(status: u16, text: &str) -> Result<T, WireError> {
    let internal = || WireError::new(ErrorCode::Internal);
    if (200..300).contains(&status) {
        return serde_json::from_str(text).map_err(|_| internal());
    }
    if status == 0 {
        return Err(WireError { detail: "offline".to_owned(), ..internal() });
    }
    Err(serde_json::from_str(text).unwrap_or_else(|_| internal()))
}

/// Sends a body and hands over the answer. `progress` hears percentages.
pub fn post(
    url: &str,
    content_type: Option<&str>,
    body: &JsValue,
    progress: Option<Box<dyn Fn(u8)>>,
    done: impl FnOnce(u16, String) + 'static,
) {
    let Ok(request) = XmlHttpRequest::new() else { return };
    let prepared = request
        .open("POST", url)
        .and_then(|()| request.set_request_header("Accept", "application/json"))
        .and_then(|()| content_type.map_or(Ok(()), |kind| request.set_request_header("Content-Type", kind)));
    if prepared.is_err() {
        return;
    }
    if let (Some(progress), Ok(upload)) = (progress, request.upload()) {
        let heard = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
            if event.length_computable() && event.total() > 0.0 {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a percentage")]
                progress((100.0 * event.loaded() / event.total()) as u8);
            }
        });
        upload.set_onprogress(Some(heard.as_ref().unchecked_ref()));
        heard.forget();
    }
    let ended = request.clone();
    let callback = Closure::once_into_js(move || {
        let status = ended.status().unwrap_or(0);
        let text = ended.response_text().ok().flatten().unwrap_or_default();
        done(status, text);
    });
    request.set_onloadend(Some(callback.unchecked_ref()));
    let _ = match (body.dyn_ref::<FormData>(), body.dyn_ref::<Blob>()) {
        (Some(form), _) => request.send_with_opt_form_data(Some(form)),
        (None, Some(bytes)) => request.send_with_opt_blob(Some(bytes)),
        (None, None) => request.send_with_opt_str(body.as_string().as_deref()),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_value_or_an_error_with_its_code() {
        let done = answer::<Done>(200, r#"{"word":"team"}"#).unwrap();
        assert_eq!(done.word, "team");
        let error = answer::<Done>(403, r#"{"code":"forbidden"}"#).unwrap_err();
        assert_eq!(error.code, ErrorCode::Forbidden);
        assert_eq!(answer::<Done>(0, "").unwrap_err().detail, "offline");
        assert_eq!(answer::<Done>(502, "<html>").unwrap_err().code, ErrorCode::Internal);
    }
}
