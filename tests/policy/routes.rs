//! Everything that the program answers, by what it says of itself.

use std::collections::BTreeSet;
use tests::support::places;

/// The pages, as the router of the pages lists them.
pub fn pages() -> BTreeSet<String> {
    let listed = leptos_axum::generate_route_list(app::App);
    listed.iter().map(|route| format!("GET {}", route.path())).collect()
}

/// The server functions, as they registered themselves.
pub fn functions() -> BTreeSet<String> {
    let listed = leptos::server_fn::axum::server_fn_paths();
    listed.map(|(path, method)| format!("{method} {path}")).collect()
}

/// The other routes, as the source of the router names them.
pub fn plain() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (file, prefix) in [("server/src/router.rs", ""), ("server/src/api/mod.rs", "/api/v1")] {
        let source = std::fs::read_to_string(places::root().join(file)).unwrap();
        for call in source.split(".route(").skip(1) {
            let path = call.split('"').nth(1).unwrap();
            let rest = call.split(',').nth(1).unwrap().trim();
            let method = rest.split('(').next().unwrap().to_uppercase();
            // Server functions and the browser's files have lists of their own.
            let files = path.starts_with("/assets/fonts/") || path.ends_with(".svg");
            if !files && !["/api/ui/{*function}", "/pkg/{*path}"].contains(&path) {
                found.insert(format!("{method} {prefix}{path}"));
            }
        }
    }
    found
}
