//! A sample of a large file is cut in the browser: the server drops the rest anyway.

use super::drop_zone::HEAD;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DataTransfer, Event, File, HtmlInputElement};

/// Puts the first bytes of a chosen file in its place. Where that fails, the file is sent whole.
pub fn cut(event: &Event) {
    let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    if let Some(input) = input {
        let _ = cut_in(&input);
    }
}

fn cut_in(input: &HtmlInputElement) -> Result<(), JsValue> {
    let Some(file) = input.files().and_then(|files| files.get(0)) else { return Ok(()) };
    if file.size() > f64::from(HEAD) {
        let head = file.slice_with_f64_and_f64(0.0, f64::from(HEAD))?;
        let parts = web_sys::js_sys::Array::of1(&head);
        let carried = DataTransfer::new()?;
        carried.items().add_with_file(&File::new_with_blob_sequence(&parts, &file.name())?)?;
        input.set_files(carried.files().as_ref());
    }
    Ok(())
}
