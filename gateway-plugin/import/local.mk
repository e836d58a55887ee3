# gateway-plugin/import/
