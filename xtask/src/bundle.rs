//! `cargo xtask bundle`: the browser's files in `target/site`.
//!
//! The steps that cargo-leptos takes, by libraries: compile to WebAssembly, bind it to JavaScript, optimise it (release),
//! join the styles, copy the assets, compress (release). What cargo finds unchanged is not bound or optimised again.

use crate::project::{Project, output, run as run_command};
use crate::{site, wasm_opt};
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// The largest WebAssembly file that a visitor may have to load, compressed with brotli, in bytes.
const BUDGET: usize = 450_000;

const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// What to build.
#[derive(clap::Args, Default)]
pub struct Options {
    /// Small and compressed, and checked against the size budget.
    #[arg(long)]
    pub release: bool,
    /// Fail where wasm-opt cannot be had, instead of going on with a larger file.
    #[arg(long)]
    pub require_wasm_opt: bool,
}

/// Builds the bundle and returns its folder.
pub fn run(project: &Project, options: &Options) -> Result<PathBuf> {
    ensure_wasm_target(project)?;
    let profile = if options.release { "wasm-release" } else { "wasm-dev" };
    project.say(&format!("compiling the browser's part ({profile})"));
    let wasm = compile(project, profile)?;

    let optimiser = if options.release { wasm_opt::find_or_install(project, options.require_wasm_opt)? } else { None };
    let staged = project.target.join("bundle").join(profile);
    let stamp = stamp(&wasm, optimiser.as_deref())?;
    let stamp_file = staged.join("stamp");
    if std::fs::read_to_string(&stamp_file).is_ok_and(|earlier| earlier == stamp) {
        project.say("the browser's part is unchanged");
    } else {
        remove_if_there(&stamp_file)?;
        bind(project, &wasm, options.release, optimiser.as_deref(), &staged)?;
        std::fs::write(&stamp_file, &stamp)?;
    }

    project.say("joining styles and assets");
    let folder = project.site();
    let pkg = staged.join("pkg");
    let sheet = site::styles(&project.root.join("frontend/styles"))?;
    std::fs::write(pkg.join("postura.css"), &sheet)?;
    if options.release {
        let sizes = site::compress(&pkg)?;
        report(project, &sizes, optimiser.is_some())?;
    }
    site::mirror(&pkg, &folder.join("pkg"))?;
    site::mirror(&project.root.join("frontend/assets"), &folder.join("assets"))?;
    let missing = site::missing_files(&sheet, &folder.join("pkg"));
    ensure!(missing.is_empty(), "the styles name files that are not in the site: {missing:?}");
    project.say(&format!("the bundle is in {}", folder.display()));
    Ok(folder)
}

/// Adds the WebAssembly target to the toolchain: rustup does not add the ones that `rust-toolchain.toml` names to a
/// toolchain that is installed already.
pub fn ensure_wasm_target(project: &Project) -> Result<()> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let sysroot = output(std::process::Command::new(rustc).current_dir(&project.root).args([
        "--print",
        "target-libdir",
        "--target",
        WASM_TARGET,
    ]))?;
    let has_core = std::fs::read_dir(sysroot.trim()).is_ok_and(|entries| {
        entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libcore-"))
    });
    if has_core {
        return Ok(());
    }
    project.say(&format!("adding the target {WASM_TARGET} to the toolchain"));
    run_command(std::process::Command::new("rustup").current_dir(&project.root).args(["target", "add", WASM_TARGET]))
        .context(
            "the browser's part needs the standard library for wasm32-unknown-unknown, and rustup could not fetch it.\n\
             Without a way to rustup's server there are two others: set RUSTUP_DIST_SERVER to a mirror and run this \
             again; or, on Debian, install the packages `rustc-web` and `rust-web-src`, build the standard library from \
             those sources with `-Zbuild-std=std,panic_abort`, and copy the libraries to the folder that `rustc --print \
             target-libdir --target wasm32-unknown-unknown` names",
        )
}

/// Compiles `frontend` and returns the WebAssembly file that cargo names.
fn compile(project: &Project, profile: &str) -> Result<PathBuf> {
    let messages = output(project.cargo().args([
        "build",
        "--package=frontend",
        "--lib",
        "--target",
        WASM_TARGET,
        "--profile",
        profile,
        "--message-format=json-render-diagnostics",
    ]))?;
    artifact(&messages).context("cargo names no WebAssembly file of the frontend")
}

fn artifact(messages: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["reason"] == "compiler-artifact" && message["target"]["name"] == "frontend")
        .filter_map(|message| {
            let files = message["filenames"].as_array()?.clone();
            files.iter().filter_map(|file| file.as_str()).find(|file| file.ends_with(".wasm")).map(PathBuf::from)
        })
        .next_back()
}

/// What the bound files depend on: the compiled file and the optimiser.
fn stamp(wasm: &Path, optimiser: Option<&Path>) -> Result<String> {
    let file = std::fs::metadata(wasm)?;
    Ok(format!("{} {:?} {} {optimiser:?}\n", wasm.display(), file.modified()?, file.len()))
}

/// Makes `pkg` in `staged`: the JavaScript module and the WebAssembly file under the names that leptos asks for.
fn bind(project: &Project, wasm: &Path, release: bool, optimiser: Option<&Path>, staged: &Path) -> Result<()> {
    project.say("binding it to JavaScript");
    let pkg = staged.join("pkg");
    if pkg.exists() {
        std::fs::remove_dir_all(&pkg)?;
    }
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).web(true)?.out_name("postura").typescript(false);
    // Names of functions serve a developer's stack traces only.
    bindgen.remove_name_section(release).remove_producers_section(release);
    bindgen.generate(&pkg).context("wasm-bindgen failed")?;

    let (bound, named) = (pkg.join("postura_bg.wasm"), pkg.join("postura.wasm"));
    match optimiser {
        Some(optimiser) => {
            project.say("optimising it");
            wasm_opt::optimise(optimiser, &bound, &named)?;
            std::fs::remove_file(&bound)?;
        }
        None => std::fs::rename(&bound, &named)?,
    }
    let module = pkg.join("postura.js");
    let text = std::fs::read_to_string(&module)?;
    std::fs::write(&module, text.replace("postura_bg.wasm", "postura.wasm"))?;
    Ok(())
}

/// Prints the sizes and holds the WebAssembly file to the budget.
fn report(project: &Project, sizes: &[site::Size], optimised: bool) -> Result<()> {
    for size in sizes {
        project.say(&format!("{:<14} {:>9} bytes, {:>8} with brotli", size.name, size.plain, size.brotli));
    }
    let wasm = sizes.iter().find(|size| size.name == "postura.wasm").context("the bundle has no WebAssembly file")?;
    if !optimised && wasm.brotli > BUDGET {
        eprintln!("warning: over the budget of {BUDGET} bytes, as is to be expected without wasm-opt");
        return Ok(());
    }
    ensure!(wasm.brotli <= BUDGET, "postura.wasm is over its budget: {} bytes of {BUDGET} with brotli", wasm.brotli);
    project.say(&format!("postura.wasm: {} of {BUDGET} bytes", wasm.brotli));
    Ok(())
}

fn remove_if_there(file: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frontends_file_is_found_among_cargos_messages() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"app"},"filenames":["/t/libapp.rlib"]}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"frontend"},"filenames":["/t/frontend.wasm","/t/libfrontend.rlib"]}"#,
            "\nnot json\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        assert_eq!(artifact(messages), Some(PathBuf::from("/t/frontend.wasm")));
        assert_eq!(artifact(""), None);
    }
}
