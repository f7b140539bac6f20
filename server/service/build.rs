//! Says of which packages this build is, so that it knows whether they are those that were compared with known
//! vulnerabilities.

#[path = "src/packages.rs"]
mod packages;

fn main() {
    let lock = "../../Cargo.lock";
    println!("cargo:rerun-if-changed={lock}");
    println!("cargo:rerun-if-changed=src/packages.rs");
    // Without a lock file the packages are unknown, and so is what was compared.
    let (_, fingerprint) = packages::fingerprint(&std::fs::read_to_string(lock).unwrap_or_default());
    println!("cargo:rustc-env=POSTURA_PACKAGES={fingerprint}");
}
