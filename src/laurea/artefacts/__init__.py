"""What a learner makes of a credential: pictures, pages and links. The only code that knows PDF, PNG and SVG; it asks no network."""
