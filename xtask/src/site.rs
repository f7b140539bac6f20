//! The files of the site: styles joined, folders mirrored, files compressed.

use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The size of one file of the bundle, in bytes.
pub struct Size {
    /// Its name in the folder.
    pub name: String,
    /// As it is.
    pub plain: usize,
    /// Compressed with brotli.
    pub brotli: usize,
}

/// The style sheets of a folder in the order of their names, as one text.
///
/// Names begin with a number, and each sheet says its layer, so that the order of names settles nothing but ties.
/// `main.css` is left out: it imports the others, for tools that want one entry.
pub fn styles(folder: &Path) -> Result<String> {
    let mut sheets: Vec<PathBuf> = entries(folder)?
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "css"))
        .filter(|path| path.file_name().is_some_and(|name| name != "main.css"))
        .collect();
    sheets.sort();
    let mut joined = String::new();
    for sheet in sheets {
        let text = std::fs::read_to_string(&sheet).with_context(|| format!("cannot read {}", sheet.display()))?;
        joined.push_str(text.trim_end());
        joined.push('\n');
    }
    Ok(joined)
}

/// The files that a style sheet names and that are not there, seen from the sheet's place in the site.
pub fn missing_files(sheet: &str, folder: &Path) -> Vec<String> {
    let named = sheet.split("url(").skip(1).filter_map(|rest| rest.split(')').next());
    let names = named.map(|name| name.trim_matches(['"', '\'']));
    let files = names.filter(|name| !name.starts_with("data:") && !name.starts_with('#'));
    files
        .filter(|name| !folder.join(name.split(['?', '#']).next().unwrap_or(name)).is_file())
        .map(str::to_owned)
        .collect()
}

/// Writes a `.br` beside each file of a folder that is text or WebAssembly, and returns the sizes.
pub fn compress(folder: &Path) -> Result<Vec<Size>> {
    let mut sizes = Vec::new();
    for path in entries(folder)? {
        let compressible =
            path.extension().is_some_and(|ending| ["js", "css", "wasm"].iter().any(|one| ending == *one));
        if !compressible {
            continue;
        }
        let bytes = std::fs::read(&path)?;
        let small = brotli(&bytes)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        std::fs::write(folder.join(format!("{name}.br")), &small)?;
        sizes.push(Size { name, plain: bytes.len(), brotli: small.len() });
    }
    sizes.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(sizes)
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 22);
    writer.write_all(bytes)?;
    writer.flush()?;
    Ok(writer.into_inner())
}

/// Makes `to` hold exactly what `from` holds. A file that is the same already keeps its time, so that nothing that
/// depends on it is built again.
pub fn mirror(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    let mut wanted: BTreeSet<OsString> = BTreeSet::new();
    for source in entries(from)? {
        let Some(name) = source.file_name() else { continue };
        let copy = to.join(name);
        wanted.insert(name.to_owned());
        if source.is_dir() {
            mirror(&source, &copy)?;
            continue;
        }
        let bytes = std::fs::read(&source)?;
        if std::fs::read(&copy).ok().as_deref() != Some(bytes.as_slice()) {
            std::fs::write(&copy, bytes).with_context(|| format!("cannot write {}", copy.display()))?;
        }
    }
    for stale in entries(to)? {
        if stale.file_name().is_some_and(|name| !wanted.contains(name)) {
            if stale.is_dir() { std::fs::remove_dir_all(&stale)? } else { std::fs::remove_file(&stale)? }
        }
    }
    Ok(())
}

/// What a folder holds; nothing if there is no such folder.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    match std::fs::read_dir(folder) {
        Ok(entries) => Ok(entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", folder.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An empty folder of that name below the system's temporary one.
    fn folder(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("postura-site-{name}-{}", std::process::id()));
        if path.exists() {
            std::fs::remove_dir_all(&path).unwrap();
        }
        std::fs::create_dir_all(&path).unwrap();
        path
    }

    #[test]
    fn styles_are_joined_by_name_without_the_entry() {
        let styles_of = folder("styles");
        for (name, text) in [("10-b.css", "b{}\n\n"), ("00-a.css", "a{}"), ("main.css", "@import"), ("note.txt", "no")]
        {
            std::fs::write(styles_of.join(name), text).unwrap();
        }
        assert_eq!(styles(&styles_of).unwrap(), "a{}\nb{}\n");
        std::fs::remove_dir_all(styles_of).unwrap();
    }

    #[test]
    fn files_that_a_style_sheet_names_are_there() {
        let pkg = folder("urls");
        std::fs::write(pkg.join("a.woff2"), "font").unwrap();
        let sheet = "a{src:url(\"a.woff2\")}b{src:url(../b.woff2) format('woff2')}c{src:url('data:,x')}";
        assert_eq!(missing_files(sheet, &pkg), ["../b.woff2"]);
        std::fs::remove_dir_all(pkg).unwrap();
    }

    #[test]
    fn a_mirror_holds_what_its_source_holds_and_nothing_else() {
        let all = folder("mirror");
        let (from, to) = (all.join("from"), all.join("to"));
        std::fs::create_dir_all(from.join("fonts")).unwrap();
        std::fs::write(from.join("fonts/a.woff2"), "font").unwrap();
        std::fs::create_dir_all(to.join("old")).unwrap();
        std::fs::write(to.join("stale.br"), "stale").unwrap();
        mirror(&from, &to).unwrap();
        assert_eq!(std::fs::read_to_string(to.join("fonts/a.woff2")).unwrap(), "font");
        assert_eq!(entries(&to).unwrap(), [to.join("fonts")]);

        let written = std::fs::metadata(to.join("fonts/a.woff2")).unwrap().modified().unwrap();
        mirror(&from, &to).unwrap();
        assert_eq!(std::fs::metadata(to.join("fonts/a.woff2")).unwrap().modified().unwrap(), written);
        std::fs::remove_dir_all(all).unwrap();
    }

    #[test]
    fn compressing_writes_what_can_be_read_back() {
        let pkg = folder("compress");
        let text = "body { margin: 0 }\n".repeat(200);
        std::fs::write(pkg.join("postura.css"), &text).unwrap();
        std::fs::write(pkg.join("font.woff2"), "compressed already").unwrap();
        let sizes = compress(&pkg).unwrap();
        assert_eq!(sizes.len(), 1);
        assert!(sizes[0].brotli < sizes[0].plain / 10);
        let mut back = String::new();
        let packed = std::fs::File::open(pkg.join("postura.css.br")).unwrap();
        std::io::Read::read_to_string(&mut brotli::Decompressor::new(packed, 4096), &mut back).unwrap();
        assert_eq!(back, text);
        std::fs::remove_dir_all(pkg).unwrap();
    }
}
