//! One file a page.

pub mod finding;
pub mod finding_acts;
pub mod finding_facts;
pub mod findings;
pub mod findings_bulk;
pub mod findings_filter;
pub mod home;
pub mod import;
pub mod import_preview;
pub mod mapping;
pub mod mapping_columns;
pub mod mapping_preview;
pub mod mappings;
pub mod my_team;
pub mod posture;
pub mod scan;
pub mod scans;
pub mod settings;
pub mod settings_people;
pub mod setup;
pub mod sign_in;
pub mod team;
pub mod teams;
