"""A plugin that uses every hook; tests/plugin_api/test_dummy_plugin.py shows that off means silent."""
