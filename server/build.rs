//! Rebuilds the binary when the browser's files that are embedded in it change.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_EMBED").is_some() {
        for folder in ["pkg", "assets"] {
            println!("cargo:rerun-if-changed=../target/site/{folder}");
        }
    }
}
