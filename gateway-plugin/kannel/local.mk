# gateway-plugin/kannel/
