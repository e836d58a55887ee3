# gateway-plugin/api/
