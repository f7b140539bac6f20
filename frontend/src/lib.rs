//! What the browser loads: one function that takes over the page that the server rendered.
//!
//! Outside WebAssembly the crate is empty, so that building the whole workspace never joins the features of the
//! browser's side with those of the server's.

#[cfg(target_arch = "wasm32")]
mod browser {
    use wasm_bindgen::prelude::wasm_bindgen;

    /// Makes the server's page live, and says so in an attribute. Called by the script that the server puts in its head.
    #[wasm_bindgen]
    pub fn hydrate() {
        #[cfg(debug_assertions)]
        console_error_panic_hook::set_once();
        leptos::mount::hydrate_body(app::App);
        if let Some(html) = leptos::prelude::document().document_element() {
            let _ = html.set_attribute("data-live", "");
        }
    }
}
