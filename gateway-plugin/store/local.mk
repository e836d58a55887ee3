# gateway-plugin/store/
