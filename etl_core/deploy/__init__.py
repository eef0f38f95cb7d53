"""From a project and its bundle to what runs it on AWS."""
